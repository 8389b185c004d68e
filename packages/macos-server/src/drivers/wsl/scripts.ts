// Windows PowerShell 5.1, handed over as -EncodedCommand; data comes on standard input, never in a script.

const prelude = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
function Read-Input { $reader = New-Object IO.StreamReader([Console]::OpenStandardInput(), (New-Object Text.UTF8Encoding $false)); $reader.ReadToEnd() }
`;

/** Without it Windows pretends that a fine screen is a coarse one. */
const exact = `
Add-Type -Namespace Paios -Name Dpi -MemberDefinition '[DllImport("user32.dll")] public static extern bool SetProcessDPIAware();'
[void][Paios.Dpi]::SetProcessDPIAware()
`;

export const displaysScript = `${prelude}${exact}
$graphics = [Drawing.Graphics]::FromHwnd([IntPtr]::Zero)
$scale = $graphics.DpiX / 96
$found = @([Windows.Forms.Screen]::AllScreens | ForEach-Object { @{ name = $_.DeviceName; primary = $_.Primary; x = $_.Bounds.X; y = $_.Bounds.Y; width = $_.Bounds.Width; height = $_.Bounds.Height; scale = $scale } })
ConvertTo-Json -Compress -InputObject $found
`;

/** Topmost first. 14 is "cloaked": on another desktop, or a sleeping app of the store. 9 is the frame without its shadow. */
export const windowsScript = `${prelude}${exact}
Add-Type -TypeDefinition @'
using System; using System.Collections.Generic; using System.Runtime.InteropServices; using System.Text;
public struct Box { public int Left, Top, Right, Bottom; }
public static class Desk {
  delegate bool Each(IntPtr window, IntPtr unused);
  [DllImport("user32.dll")] static extern bool EnumWindows(Each each, IntPtr unused);
  [DllImport("user32.dll")] static extern bool IsWindowVisible(IntPtr window);
  [DllImport("user32.dll")] static extern bool IsIconic(IntPtr window);
  [DllImport("user32.dll")] static extern IntPtr GetForegroundWindow();
  [DllImport("user32.dll", CharSet = CharSet.Unicode)] static extern int GetWindowText(IntPtr window, StringBuilder text, int length);
  [DllImport("user32.dll")] static extern uint GetWindowThreadProcessId(IntPtr window, out uint process);
  [DllImport("dwmapi.dll", EntryPoint = "DwmGetWindowAttribute")] static extern int GetBox(IntPtr window, int attribute, out Box box, int size);
  [DllImport("dwmapi.dll", EntryPoint = "DwmGetWindowAttribute")] static extern int GetFlag(IntPtr window, int attribute, out int flag, int size);
  public static List<object[]> Windows() {
    var found = new List<object[]>();
    IntPtr front = GetForegroundWindow();
    EnumWindows((window, unused) => {
      var text = new StringBuilder(512); Box box; int cloaked; uint process;
      if (!IsWindowVisible(window) || GetWindowText(window, text, 512) == 0) return true;
      if (GetFlag(window, 14, out cloaked, 4) == 0 && cloaked != 0) return true;
      if (GetBox(window, 9, out box, 16) != 0) return true;
      GetWindowThreadProcessId(window, out process);
      found.Add(new object[] { window.ToInt64(), text.ToString(), (int)process, box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top, !IsIconic(window), window == front });
      return true;
    }, IntPtr.Zero);
    return found;
  }
}
'@
$names = @{}
Get-Process | ForEach-Object { $names[$_.Id] = $_.ProcessName }
$found = @([Desk]::Windows() | ForEach-Object { @{ id = $_[0]; title = $_[1]; app = [string]$names[$_[2]]; pid = $_[2]; x = $_[3]; y = $_[4]; width = $_[5]; height = $_[6]; visible = $_[7]; focused = $_[8] } })
ConvertTo-Json -Compress -InputObject $found
`;

/** 3: the desktop is locked or belongs to a service, so there is nothing to copy from. */
export const captureScript = `${prelude}${exact}
$x, $y, $width, $height = (Read-Input).Split(',') | ForEach-Object { [int]$_ }
$bitmap = New-Object Drawing.Bitmap $width, $height
try { [Drawing.Graphics]::FromImage($bitmap).CopyFromScreen($x, $y, 0, 0, $bitmap.Size) } catch { exit 3 }
$stream = New-Object IO.MemoryStream
$bitmap.Save($stream, [Drawing.Imaging.ImageFormat]::Png)
[Console]::Out.Write([Convert]::ToBase64String($stream.ToArray()))
`;

export const lockedScript = `${prelude}
[Console]::Out.Write([bool](Get-Process LogonUI -ErrorAction SilentlyContinue))
`;

export const readTextScript = `${prelude}
[Console]::Out.Write([Windows.Forms.Clipboard]::GetText())
`;

export const readPictureScript = `${prelude}
$picture = [Windows.Forms.Clipboard]::GetImage()
if ($picture -ne $null) { $stream = New-Object IO.MemoryStream; $picture.Save($stream, [Drawing.Imaging.ImageFormat]::Png); [Console]::Out.Write([Convert]::ToBase64String($stream.ToArray())) }
`;

export const writeTextScript = `${prelude}
[Windows.Forms.Clipboard]::SetText((Read-Input))
`;

export const writePictureScript = `${prelude}
$stream = New-Object IO.MemoryStream @(,[Convert]::FromBase64String((Read-Input)))
[Windows.Forms.Clipboard]::SetImage([Drawing.Image]::FromStream($stream))
`;

export const openScript = `${prelude}
Start-Process -FilePath (Read-Input)
`;
