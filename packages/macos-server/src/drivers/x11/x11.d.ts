/** The part of npm `x11` that is used here. */
declare module "x11" {
  export type Reply<T> = (error: Error | null | undefined, reply: T) => unknown;

  export interface Screen {
    root: number;
    root_depth: number;
    root_visual: number;
    pixel_width: number;
    pixel_height: number;
    depths: Record<string, Record<string, { red_mask: number; green_mask: number; blue_mask: number }>>;
  }

  export interface Display {
    screen: Screen[];
    client: Client;
    image_byte_order?: number;
    format: Record<string, { bits_per_pixel: number; scanline_pad: number }>;
  }

  export interface Property {
    type: number;
    format: number;
    data: Buffer;
  }

  export interface Geometry {
    xPos: number;
    yPos: number;
    width: number;
    height: number;
    borderWidth: number;
    depth: number;
  }

  export interface Client {
    seq_num: number;
    replies: Record<number, unknown[]>;
    pack_stream: { _length?: number; put: (packet: Buffer) => void; submit: (expectsReply: boolean) => void };
    on: (event: "error" | "end" | "event", listener: (error: Error) => void) => void;
    /** Once it is open. */
    stream?: { destroy: () => void; on: ((event: "close", listener: () => void) => void) & ((event: "data", listener: (part: Buffer) => void) => void); unref?: () => void; ref?: () => void };
    terminate: () => void;
    InternAtom: (onlyIfExists: boolean, name: string, reply: Reply<number>) => void;
    GetAtomName: (atom: number, reply: Reply<string>) => void;
    GetProperty: (remove: number, window: number, name: number, type: number, offset: number, length: number, reply: Reply<Property>) => void;
    GetGeometry: (drawable: number, reply: Reply<Geometry>) => void;
    GetWindowAttributes: (window: number, reply: Reply<{ mapState: number; overrideRedirect: number; klass: number }>) => void;
    QueryTree: (window: number, reply: Reply<{ parent: number; children: number[] }>) => void;
    TranslateCoordinates: (from: number, to: number, x: number, y: number, reply: Reply<{ destX: number; destY: number }>) => void;
    GetImage: (format: number, drawable: number, x: number, y: number, width: number, height: number, planes: number, reply: Reply<{ depth: number; data: Buffer }>) => void;
    GetSelectionOwner: (selection: number, reply: Reply<number>) => void;
    GetInputFocus: (reply: Reply<{ focus: number }>) => void;
    QueryExtension: (name: string, reply: Reply<{ present: number; majorOpcode: number }>) => void;
  }

  const x11: { createClient: (options: { display: string; shm: false; auth?: { name: string; data: string } }, ready: (error: Error | undefined, display: Display) => void) => Client };
  export default x11;
}
