/** A server's entry, named by PAIOS_TEST_ENTRY, as an unprivileged user, for homes that root could write to anyway. */
process.setgroups?.([65_534]);
process.setgid?.(65_534);
process.setuid?.(65_534);
await import(process.env["PAIOS_TEST_ENTRY"] ?? "");
