/** Debian's names; other distributions call nearly all of them the same. */
const packages: Record<string, string> = {
  xclip: "xclip",
  "notify-send": "libnotify-bin",
  tesseract: "tesseract-ocr tesseract-ocr-eng",
  "xdg-open": "xdg-utils",
  plocate: "plocate",
  locate: "plocate",
  grim: "grim",
  swaymsg: "sway",
  "wl-copy": "wl-clipboard",
  "wl-paste": "wl-clipboard",
};

export function linuxFixes(command: string): string {
  return `sudo apt-get install ${packages[command] ?? command}`;
}
