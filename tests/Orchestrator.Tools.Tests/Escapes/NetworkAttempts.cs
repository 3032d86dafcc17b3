namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Attempts 52 to 59: at anything that listens. The network is closed: whatever is tried, nobody of the host is reached.</summary>
internal static class NetworkAttempts
{
    private const string Connect = "connect() { timeout 1 bash -c \"exec 3<>/dev/tcp/$1/$2\" && echo \"connected: $1\"; }\n";

    private const string Hosts = Connect + "for address in $HOST_ADDRESSES 0.0.0.0 ::ffff:127.0.0.1; do connect $address $PORT; done\n";
    private const string Datagrams = "for address in $HOST_ADDRESSES; do echo x >/dev/udp/$address/$UDP_PORT; done\n";

    private const string Sockets =
        """
        stream() { perl -MSocket -e 'socket S, AF_UNIX, SOCK_STREAM, 0; connect S, pack_sockaddr_un(eval qq{"$ARGV[0]"}) and print "connected: $ARGV[0]\n"' "$1"; }

        """;

    /// <summary>Those of 52 and 53 that never leave the machine, whatever walls are missing.</summary>
    public static IReadOnlyList<Attempt> AtTheHost => [AttemptTable.Number(52) with { Script = Hosts }, AttemptTable.Number(53) with { Script = Datagrams }];

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new(52, "TCP to the internet, to the host, to its other addresses", Hosts + "connect 203.0.113.1 443; for address in ::1 10.0.2.2 172.17.0.1 host.docker.internal; do connect $address $PORT; done")
        {
            Afterwards = Seen.Said("connected", "it connected"),
        },
        new(53, "names, by every way to ask for them", Datagrams + """
            for address in $HOST_ADDRESSES 127.0.0.53 203.0.113.1; do echo x >/dev/udp/$address/53; timeout 1 bash -c "exec 3<>/dev/tcp/$address/853" && echo resolved; done
            timeout 2 getent ahosts example.com && echo resolved
            """)
        {
            Afterwards = Seen.Said("resolved", "a name was resolved"),
        },
        new(54, "the cloud's own addresses", Connect + "for address in 169.254.169.254 fd00:ec2::254 168.63.129.16 100.100.100.200 metadata.google.internal; do connect $address 80; done; ip route get 169.254.169.254; sed 1d /proc/net/route")
        {
            Afterwards = Seen.SaidOther("", "there is a way to them"),
        },
        new(55, "raw, packet and netlink sockets", "hold 41 2 3 1 & sleep 0.2; call 41 10 3 58; call 41 17 3 0x300; call 41 16 3 0; call 41 16 3 15; call 41 38 5 0; call 41 31 3 1; meet")
        {
            Meanwhile = Seen.Socket("raw", "raw6", "packet"),
            Afterwards = Seen.Said("ok", "such a socket was made"),
        },
        new(56, "abstract sockets of the host", Sockets + "stream \"\\\\0$ABSTRACT\"; grep -a escape- /proc/net/unix && echo connected")
        {
            Afterwards = Seen.Said("connected", "abstract sockets of the host are there"),
        },
        new(57, "sockets and memory of other programs: containers, bus, keys, display", Sockets + """
            for name in docker.sock bus agent.sock X0; do stream "$SOCKETS/$name"; done
            for path in /var/run/docker.sock /run/docker.sock /run/dbus/system_bus_socket /run/user/*/bus /tmp/.X11-unix/* /tmp/ssh-*/* /run/containerd/containerd.sock; do [ -e $path ] && echo "connected: $path"; done
            perl -e 'while (<>) { @f = split; next if $f[1] !~ /^\d+$/; shmread $f[1], $m, 0, 64 and print $m }' /proc/sysvipc/shm; ls /dev/mqueue
            """)
        {
            Settings = [("Tools:Supervision:Grace", "00:00:01")],
            Afterwards = Seen.Said("connected", "sockets of other programs are there"),
        },
        new(58, "sockets to the hypervisor", "for type in 1 2 5; do call 41 40 $type 0; done; call 53 40 1 0 '\"\\0\" x 8'")
        {
            Afterwards = Seen.Said("ok", "a socket of the hypervisor's family was made"),
        },
        new(59, "a proxy, where there is none", Connect + """
            env | grep -i proxy && echo connected; ls /run/*.sock /run/proxy* /workspace/.proxy* 2>/dev/null
            for host in 127.0.0.1 127.1 0177.0.0.1 2130706433 0x7f000001 ::ffff:127.0.0.1 localhost. LOCALHOST; do
              connect $host $PORT; timeout 1 curl -s -x http://$host:$PORT http://a@b/ && echo connected; timeout 1 curl -s http://user@$host:$PORT/ && echo connected
            done
            """)
        {
            Afterwards = Seen.Said("connected", "something took the connection"),
        },
    ];
}
