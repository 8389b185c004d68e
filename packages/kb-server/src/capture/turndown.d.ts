declare module "turndown" {
  /** What turndown needs of a DOM node, whichever library it is from. */
  interface TurndownNode {
    nodeName: string;
    textContent: string | null;
    parentNode: TurndownNode | null;
    getAttribute(name: string): string | null;
    setAttribute(name: string, value: string): void;
    closest(selectors: string): TurndownNode | null;
    querySelector(selectors: string): TurndownNode | null;
    querySelectorAll(selectors: string): Iterable<TurndownNode>;
  }
  interface TurndownRule {
    filter: string | string[] | ((node: TurndownNode) => boolean);
    replacement: (content: string, node: TurndownNode) => string;
  }
  export default class TurndownService {
    constructor(options?: { headingStyle?: "atx"; hr?: string; bulletListMarker?: "-"; codeBlockStyle?: "fenced"; emDelimiter?: "*" });
    addRule(name: string, rule: TurndownRule): this;
    remove(filter: string | string[]): this;
    escape: (text: string) => string;
    turndown(input: TurndownNode): string;
  }
}
