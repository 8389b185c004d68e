#!/bin/sh
# First process of the rig: what a user manager needs, then it waits and reaps.
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user/0
mount -t cgroup2 none /sys/fs/cgroup
# A cgroup with processes of its own could pass no controllers on.
mkdir /sys/fs/cgroup/manager /sys/fs/cgroup/others
echo 1 > /sys/fs/cgroup/others/cgroup.procs
chmod 700 /run/user/0
echo ready
while :; do sleep 1000 & wait; done
