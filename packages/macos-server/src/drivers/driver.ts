import type { Pixels, Rectangle } from "../picture/pixels.ts";

/** One coordinate system for displays, windows, regions and pictures: what the desktop itself counts in. */
export interface Display extends Rectangle {
  /** From 1, the primary one first. */
  id: number;
  name: string;
  /** What the desktop enlarges its contents by: 2 on a HiDPI screen. */
  scale: number;
  primary: boolean;
}

export interface Window extends Rectangle {
  id: number;
  title: string;
  app: string;
  pid?: number;
  /** False for a window that is minimised or on another workspace: it has no pixels. */
  visible: boolean;
  focused: boolean;
}

/** Pixels and what part of the desktop they show. */
export interface Capture {
  pixels: Pixels;
  area: Rectangle;
  /** Pixels for one unit of the desktop's coordinates. */
  density: number;
}

export interface ToCapture {
  area: Rectangle;
  window?: Window | undefined;
  displays: readonly Display[];
}

export type Clip = { kind: "text"; text: string } | { kind: "picture"; png: Buffer };

/** A picture to read: a file as it is, or a PNG in memory. */
export type Legible = { path: string } | { png: Buffer };

export interface Word {
  text: string;
  /** In the pixels of the picture that was read. */
  box: Rectangle;
  /** 0 to 100. */
  confidence: number;
  /** Words of one line have the same. */
  line: number;
}

export interface Notification {
  title: string;
  body: string;
  urgent: boolean;
}

/** One thing the desktop can be asked for, and what to do where it cannot. */
export interface Ability {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

export const driverNames = ["x11", "wayland", "darwin", "wsl", "none"] as const;
export type DriverName = (typeof driverNames)[number];

/**
 * A desktop. Every function ends soon after an abort, and throws a failure with a name, never what a program printed.
 * Windows come topmost first.
 */
export interface Driver {
  name: DriverName;
  displays: (signal: AbortSignal) => Promise<Display[]>;
  windows: (signal: AbortSignal) => Promise<Window[]>;
  /** A part of the desktop that lies on it, or a window by itself where `wholeWindows` says so. */
  capture: (what: ToCapture, signal: AbortSignal) => Promise<Capture>;
  /** Whether a window's picture is its own, whatever covers it. */
  wholeWindows: boolean;
  /** Whether windows without titles mean that a permission is missing. */
  titlesNeedPermission: boolean;
  /** Whether the desktop is locked, asked when a picture is blank; undefined when it cannot be known. */
  locked: (signal: AbortSignal) => Promise<boolean | undefined>;
  readWords: (picture: Legible, signal: AbortSignal) => Promise<Word[]>;
  readClipboard: (kind: Clip["kind"], signal: AbortSignal) => Promise<Clip>;
  writeClipboard: (clip: Clip, signal: AbortSignal) => Promise<void>;
  notify: (notification: Notification, signal: AbortSignal) => Promise<void>;
  open: (target: string, signal: AbortSignal) => Promise<void>;
  find: (query: string, limit: number, signal: AbortSignal) => Promise<string[]>;
  abilities: (signal: AbortSignal) => Promise<Ability[]>;
  /** What to do about a picture without the windows. */
  blankFix: string;
  close: () => void;
}
