import { type Call, has, operands, unknown, verbs, words } from "./call.ts";
import { isScheduler, mayBe } from "./places.ts";
import type { Rule } from "./rule.ts";
import { written } from "./written.ts";

const fileSystemTools = new Set(["mke2fs", "fdisk", "sfdisk", "gdisk", "sgdisk", "cfdisk", "parted", "partprobe", "resize2fs", "xfs_growfs", "lvremove", "lvresize", "lvextend", "lvreduce", "lvcreate", "pvcreate", "pvremove", "vgremove", "vgcreate", "mkswap", "wipefs", "blkdiscard", "cryptsetup", "mdadm", "tune2fs", "mformat", "badblocks"]);
const firewallUnits = /^(?:firewalld|ufw|apparmor|nftables|iptables|auditd|fail2ban)(?:\.service)?$/;
const readingServices = new Set(["status", "show", "cat", "help", "get-default", "is-active", "is-enabled", "is-failed", "list-units", "list-timers", "list-unit-files", "list-sockets", "list-jobs", "list-dependencies", ""]);

/** Classes about the machine: 3, 4, 5, 6, 9, 15, 17, 19, 20, 28, 30 and 31. */
export const systemRules: readonly Rule[] = [
  {
    id: 3,
    name: "making or resizing file systems",
    test: (call) => {
      const { program } = call;
      if (/^(?:mkfs|newfs)(?:$|[._])/.test(program)) return true;
      if (fileSystemTools.has(program)) return !(has(call, "l", "--list", "--version", "--detail") || (program === "parted" && words(call).includes("print")));
      if (program === "diskutil") return /^(?:erase|partition|resize|reformat|secureErase|zeroDisk|apfs|coreStorage|cs)/i.test(words(call)[0] ?? "") && words(call)[1] !== "list";
      if (program === "zpool" || program === "zfs" || program === "btrfs") return words(call).some((word) => /^(?:create|destroy|delete|resize|remove|add|replace|labelclear)$/.test(word));
      return program === "format" && words(call).some((word) => /^[a-z]:$/i.test(word));
    },
  },
  {
    id: 4,
    name: "shutting down or rebooting",
    test: (call) => {
      const { program } = call;
      const all = words(call).join(" ");
      if (["shutdown", "reboot", "halt", "poweroff", "kexec"].includes(program)) return true;
      if (program === "init" || program === "telinit") return /^[0156sS]$/.test(words(call)[0] ?? "");
      if (program === "systemctl" || program === "loginctl") return verbs(call).some((verb) => /^(?:reboot|poweroff|halt|suspend|hibernate|hybrid-sleep|kexec|rescue|emergency|soft-reboot|terminate-user|terminate-session|kill-user)$/.test(verb));
      if (program === "pmset") return /(?:sleepnow|shutdown|restart)/.test(all);
      if (program === "osascript") return /\b(?:shut ?down|restart|log out|sleep)\b/i.test(`${all}${call.input ?? ""}`);
      if (program === "dbus-send" || program === "busctl" || program === "gdbus") return /login1.*(?:PowerOff|Reboot|Halt|Suspend)/.test(all);
      return written(call).some((value) => mayBe(call, value, (path) => path === "/proc/sysrq-trigger" || path === "/sys/power/state"));
    },
  },
  { id: 5, name: "a fork bomb", test: (call) => call.finding === "fork bomb" },
  {
    id: 6,
    name: "killing all processes or the first one",
    test: (call) => {
      const { program } = call;
      if (program === "killall5") return true;
      if (program === "killall") return has(call, "u", "--user", "r", "--regexp");
      if (program === "pkill") return has(call, "u", "U", "--euid", "--uid") || operands(call, ["-s", "-g", "-t", "-P"]).some(({ text }) => /^\^?[.*+$]*$/.test(text) || text.includes(unknown));
      if (program !== "kill" && program !== "skill") return false;
      if (has(call, "l", "L") && words(call).every((word) => /^-[lL]|^\d+$/.test(word))) return false;
      const targets = targetsOfKill(call);
      return targets.some(({ text, sure, inner }) => /^(?:-1|1|0)$/.test(text) || (!sure && listsAll(inner)));
    },
  },
  {
    id: 9,
    name: "acting as another user",
    test: ({ program, args }) => ["sudo", "su", "doas", "pkexec", "runuser", "gosu", "su-exec", "run0", "sudoedit", "please", "setpriv"].includes(program) || (program === "osascript" && args.some(({ text }) => text.includes("administrator privileges"))) || (program === "machinectl" && args[0]?.text === "shell"),
  },
  {
    id: 15,
    name: "printing the environment or tokens",
    test: (call) => {
      const { program } = call;
      const all = words(call);
      const [first = "", second = ""] = verbs(call);
      if (program === "env") return operands(call, ["-u", "-C"]).every(({ text }) => /^\w+=/.test(text)) && !has(call, "--version", "--help", "S", "--split-string");
      if (program === "printenv") return all.length === 0 || all.some((name) => secretName.test(name));
      if (program === "set" || program === "compgen") return program === "set" ? all.length === 0 : has(call, "v", "e");
      if (["export", "declare", "typeset", "readonly"].includes(program)) return has(call, "p", "x") && !all.some((word) => word.includes("=") || /^\w+$/.test(word)) ? true : all.length === 0 && call.assigned.length === 0;
      if (program === "ps") return all.some((word) => /^-?[auxwfl]*e[auxwfl]*$/.test(word) && !word.startsWith("-") && word !== "e") || all.includes("e") || has(call, "E");
      if (program === "echo" || program === "printf") return call.args.some(({ text, sure }) => !sure && text.includes(unknown)) && (call.shown ?? []).some((name) => secretName.test(name));
      if (program === "gh") return (first === "auth" && (second === "token" || has(call, "t", "--show-token")));
      if (program === "gcloud") return all.some((word) => /^print-(?:access|identity)-token$/.test(word));
      if (program === "aws") return (first === "configure" && ["get", "export-credentials"].includes(second)) || (first === "sts" && /^(?:get-session-token|assume-role)/.test(second)) || (first === "ecr" && second === "get-login-password");
      if (program === "az") return all.includes("get-access-token");
      if (program === "heroku") return first === "auth:token" || (first === "config" && second === "");
      if (program === "npm") return first === "token" || (first === "config" && /_auth/.test(all.join(" ")));
      if (program === "kubectl") return first === "config" && all.includes("--raw");
      if (program === "systemctl" || program === "launchctl") return /^(?:show-environment|export|getenv)$/.test(first);
      return false;
    },
  },
  {
    id: 19,
    name: "turning off a firewall or another protection",
    test: (call) => {
      const { program } = call;
      const all = words(call).join(" ");
      if (program === "ufw") return /\b(?:disable|reset)\b/.test(all);
      if (program === "systemctl" || program === "service") return /\b(?:stop|disable|mask|kill)\b/.test(all) && words(call).some((word) => firewallUnits.test(word));
      if (program === "csrutil") return /\b(?:disable|clear|authenticated-root)\b/.test(all);
      if (program === "spctl") return /--(?:master|global)-disable|--add|--disable/.test(all);
      if (program === "setenforce") return /^(?:0|permissive)$/i.test(all);
      if (program === "socketfilterfw") return /--set(?:globalstate|blockall|stealthmode) off|--add|--unblock/.test(all);
      if (program === "pfctl") return has(call, "d");
      if (program === "netsh") return /firewall/.test(all) && /\b(?:off|disable)\b/.test(all);
      if (["aa-teardown", "aa-disable", "aa-complain", "bputil", "mokutil"].includes(program)) return !/--(?:sb-state|list)/.test(all);
      if (program === "xattr") return /com\.apple\.quarantine/.test(all) && has(call, "d", "c") ;
      if (program === "nvram") return /csr-active-config|boot-args/.test(all) && all.includes("=");
      if (program === "auditctl") return /-e 0/.test(all);
      if (program === "defaults") return /com\.apple\.(?:alf|LaunchServices)/.test(all) && all.startsWith("write");
      return written(call).some((value) => mayBe(call, value, (path) => /^\/(?:etc\/selinux|sys\/fs\/selinux|selinux|etc\/apparmor|sys\/kernel\/security)/.test(path)));
    },
  },
  {
    id: 20,
    name: "changing firewall rules, routes or name servers",
    test: (call) => {
      const { program } = call;
      const all = words(call);
      const text = all.join(" ");
      if (/^(?:ip6?tables|ebtables|arptables)(?:-(?:legacy|nft|restore))?$/.test(program)) return program.endsWith("restore") || !(has(call, "L", "S", "--list", "--list-rules", "V", "C") && !has(call, "F", "--flush"));
      if (program === "nft") return !["list", "monitor", ""].includes(verbs(call)[0] ?? "");
      if (program === "ipset") return !["list", "test"].includes(all[0] ?? "");
      if (program === "pfctl") return has(call, "F", "f");
      if (program === "ufw") return !/^(?:status|show|version|app list|app info)/.test(text);
      if (program === "firewall-cmd") return !all.every((word) => /^--(?:state|list|get|query|zone|permanent)/.test(word));
      if (program === "ip") return all.some((word) => /^(?:add|del|delete|change|replace|append|flush|set)$/.test(word));
      if (program === "route") return all.some((word) => /^(?:add|del|delete|flush|change)$/.test(word));
      if (program === "ifconfig") return all.length > 1 && !text.startsWith("-a");
      if (program === "resolvectl") return /^(?:dns|domain|revert|default-route|llmnr|dnssec)\b/.test(text) && all.length > 2;
      if (program === "networksetup") return /^-(?:set|create|remove|add|order)/.test(text);
      if (program === "scutil") return all.includes("--set") || call.input !== undefined || call.fed.length > 0;
      if (program === "nmcli") return /\b(?:mod|modify|delete|down|up|add|off|disconnect)\b/.test(text);
      if (program === "resolvconf") return true;
      return written(call).some((value) => mayBe(call, value, (path) => /^\/(?:private\/)?etc\/(?:resolv\.conf|hosts|nsswitch\.conf|resolver|systemd\/resolved|network|netplan|iptables|nftables|pf\.conf)/.test(path)));
    },
  },
  {
    id: 17,
    name: "changing cron, launchd or systemd",
    test: (call, place) => {
      const { program } = call;
      const [verb = ""] = verbs(call, ["-H", "-M", "-t", "-p", "-n"]);
      if (program === "crontab") return !(has(call, "l") && !has(call, "r", "e"));
      if (["at", "batch", "atrm", "schtasks", "systemd-run", "update-rc.d", "chkconfig", "rc-update", "rc-service"].includes(program)) return !(program === "at" && has(call, "l", "V"));
      if (program === "launchctl") return !["list", "print", "blame", "help", "version", ""].includes(verb);
      if (program === "systemctl") return !readingServices.has(verb);
      if (program === "service") return words(call).some((word) => /^(?:start|stop|restart|reload|force-reload)$/.test(word));
      if (program === "loginctl") return verb === "enable-linger" || verb === "disable-linger";
      if (program === "brew") return verb === "services" && !/^(?:list|info|)$/.test(verbs(call)[1] ?? "");
      if (program === "pm2") return verb === "startup" || verb === "unstartup";
      return written(call).some((value) => mayBe(call, value, (path) => isScheduler(path, place)));
    },
  },
  {
    id: 28,
    name: "privileged containers and mounting the host",
    test: (call) => {
      const { program } = call;
      const all = words(call);
      const text = all.join(" ");
      if (program === "nsenter" || program === "chroot" || program === "pivot_root") return true;
      if (program === "mount") return all.length > 0 && !(all.length <= 2 && has(call, "l", "t", "V", "h"));
      if (program === "unshare") return has(call, "r", "--map-root-user", "m", "--mount");
      if (program === "kubectl") return /--privileged|"privileged": ?true|hostPath/.test(text) || (verbs(call)[0] === "debug" && /\bnode\//.test(text));
      if (program === "lxc") return /security\.privileged=true|source=\//.test(text);
      if (!["docker", "podman", "nerdctl"].includes(program)) return false;
      if (/--privileged|--cap-add[= ](?:ALL|SYS_|NET_ADMIN|DAC)|--(?:pid|ipc|uts|userns|cgroupns)[= ]host|--security-opt[= ]\S*unconfined|--device[= ]\/dev\/(?:sd|nvme|mem|kmsg)/i.test(text)) return true;
      return hostMounts(call);
    },
  },
  {
    id: 30,
    name: "removing packages or upgrading the system",
    test: (call) => {
      const { program } = call;
      const all = words(call);
      const [verb = "", next = ""] = verbs(call, ["-o", "-c", "-t"]);
      if (/^(?:apt|apt-get|aptitude)$/.test(program)) return /^(?:remove|purge|autoremove|autopurge|upgrade|dist-upgrade|full-upgrade|safe-upgrade)$/.test(verb);
      if (program === "dpkg") return has(call, "r", "P", "--remove", "--purge") || all.some((word) => word.startsWith("--force"));
      if (/^(?:yum|dnf|microdnf|tdnf)$/.test(program)) return /^(?:remove|erase|upgrade|update|autoremove|distro-sync|downgrade|system-upgrade)$/.test(verb);
      if (/^(?:pacman|yay|paru)$/.test(program)) return all.some((word) => /^-(?:R|S[a-z]*[yu])/.test(word) || word === "--remove" || word === "--sysupgrade");
      if (program === "zypper") return /^(?:remove|rm|up|update|dup|dist-upgrade)$/.test(verb);
      if (program === "apk") return /^(?:del|upgrade)$/.test(verb);
      if (program === "brew") return /^(?:uninstall|remove|rm|upgrade|autoremove)$/.test(verb);
      if (program === "snap" || program === "flatpak") return /^(?:remove|uninstall|refresh|update)$/.test(verb);
      if (program === "rpm") return has(call, "e", "U", "--erase", "--upgrade");
      if (program === "emerge") return has(call, "C", "c", "--unmerge", "--depclean") || all.includes("@world");
      if (program === "softwareupdate") return has(call, "i", "--install", "a");
      if (program === "port" || program === "mas" || program === "winget" || program === "choco" || program === "scoop" || program === "pkg") return /^(?:uninstall|upgrade|remove|delete|autoremove)$/.test(verb);
      if (program === "npm" || program === "pnpm" || program === "yarn") return (/^(?:uninstall|remove|rm|un|r|unlink)$/.test(verb) && has(call, "g", "--global")) || (verb === "global" && next === "remove");
      return program === "do-release-upgrade";
    },
  },
  {
    id: 31,
    name: "mining, or downloads that go on in the background",
    test: (call) => {
      const { program } = call;
      const text = words(call).join(" ");
      if (/^(?:xmrig|minerd|cgminer|bfgminer|ethminer|cpuminer|lolminer|nbminer|phoenixminer|nanominer|xmr-stak|claymore|t-rex|gminer|srbminer|ccminer|teamredminer|nicehash)(?:[-_.]|$)/.test(program) || /stratum\d?\+(?:tcp|ssl|tls):\/\//i.test(text)) return true;
      if (program === "transmission-daemon" || program === "qbittorrent-nox" || program === "rtorrent" || program === "aria2c") return program !== "aria2c" || has(call, "D", "--daemon") || call.background;
      if (program === "wget" && has(call, "b", "--background")) return true;
      return call.background && ["curl", "wget", "yt-dlp", "youtube-dl", "rclone"].includes(program) && !/(?:localhost|127\.0\.0\.1|\[::1\])/.test(text);
    },
  },
];

const secretName = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|_PAT$/i;

function targetsOfKill(call: Call): Call["args"] {
  const [first, ...rest] = call.args;
  if (!first) return [];
  if (first.text === "-s" || first.text === "-n") return withoutMark(rest.slice(1));
  if (/^-(?:\d+|[A-Z]+\d?|SIG[A-Z]+\d?)$/i.test(first.text) && rest.length > 0) return withoutMark(rest);
  return withoutMark(call.args);
}

function withoutMark(args: Call["args"]): Call["args"] {
  return args[0]?.text === "--" ? args.slice(1) : args;
}

/** Every process, not those of a name. */
function listsAll(inner: readonly Call[]): boolean {
  const narrowing = inner.some(({ program }) => ["grep", "egrep", "rg", "awk", "pgrep", "pidof", "lsof", "fuser", "jobs", "cat"].includes(program));
  return !narrowing && inner.some((call) => (call.program === "ps" && !has(call, "C", "p", "--ppid", "--pid")) || (call.program === "ls" && words(call).some((word) => word.startsWith("/proc"))));
}

function hostMounts(call: Call): boolean {
  const sources = call.args.flatMap(({ text }, at) => {
    const before = call.args[at - 1]?.text ?? "";
    if (/^(?:-v|--volume)$/.test(before)) return [text.split(":")[0] ?? ""];
    const joined = /^(?:-v|--volume=)(.+)$/.exec(text)?.[1];
    if (joined !== undefined) return [joined.replace(/^=/, "").split(":")[0] ?? ""];
    const mount = before === "--mount" ? text : /^--mount=(.+)$/.exec(text)?.[1];
    return mount === undefined ? [] : mount.split(",").filter((part) => /^(?:source|src)=/.test(part)).map((part) => part.replace(/^\w+=/, ""));
  });
  return sources.some((source) => /^\/(?:$|(?:etc|root|home|boot|proc|sys|dev|usr|bin|lib|Users|private|System)(?:\/[^/]*)?\/?$)|^\/var\/?$|docker\.sock|containerd\.sock/.test(source) || source === unknown);
}
