using System.Net;
using System.Text.Json;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Demonstration;
using Gateway.Server.Tests.Deidentification;
using Gateway.TestKit;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Processes;

public sealed class MediaCrashTests : IDisposable
{
    private const int PieceBytes = 32;

    private static readonly GatewayUri Uri = GatewayUri.Parse("xvide://alpha/a1");

    private readonly TempFolder _folder = new();
    private readonly DrawnClip _clip = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_killed_amid_a_stream_leaves_no_file_with_a_pixel_of_it()
    {
        var port = NodeProcess.FreePort();
        using var node = new NodeProcess(Configure(port), new() { ["TMPDIR"] = Made("tmp"), ["HOME"] = Made("home") });
        await node.StartAsync();
        using var identity = TlsIdentity.Load(_folder["keys/media-backend.crt"], _folder["keys/media-backend.key"]);
        using var channel = BackendChannel.Open(new IPEndPoint(IPAddress.Loopback, port), identity, TrustAnchors.LoadPem(_folder["keys/root.crt"]), TimeProvider.System);

        using var call = new Wire.Deidentification.DeidentificationClient(channel).DeidentifyStream();
        var sending = StreamCall.SendAsync(call.RequestStream, Enumerable.Range(0, 500).Select(number => _clip.Frame(number)).Prepend(DrawnClip.Open()));
        var answered = 0;
        while (answered < 10 && await call.ResponseStream.MoveNext(default))
        {
            answered += call.ResponseStream.Current.Frame is null ? 0 : 1;
        }

        await node.KillAsync();
        await sending;

        // Pipes and sockets have no length, and reading one would wait for a writer that is dead.
        var files = Array.FindAll(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), file => new FileInfo(file).Length > 0);
        Assert.Contains(files, file => file.EndsWith("exchange.db", StringComparison.Ordinal));
        var pieces = Pieces();
        Assert.All(files, file => Assert.False(HoldsPiece(file, pieces), $"{file} holds clear pixels"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["home"]));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder["tmp"]), entry => !IsOfTheRuntime(Path.GetFileName(entry)));
    }

    [Fact]
    public void The_search_finds_a_pixel_where_there_is_one()
    {
        var file = _folder.Write("leak", [1, 2, 3, .. _clip.Bytes(3, Wire.FrameFormat.Bgra32).AsSpan((DrawnClip.Width * 4 * 80) + 400, 400)]);

        Assert.True(HoldsPiece(file, Pieces()));
    }

    /// <summary>Sockets and pipes for diagnostics that every .NET process has.</summary>
    private static bool IsOfTheRuntime(string name) =>
        name.StartsWith("clr-debug-pipe", StringComparison.Ordinal) || name.StartsWith("dotnet-diagnostic", StringComparison.Ordinal) || name.StartsWith(".dotnet", StringComparison.Ordinal);

    private static bool HoldsPiece(string file, HashSet<string> pieces)
    {
        var bytes = File.ReadAllBytes(file);
        for (var at = 0; at + PieceBytes <= bytes.Length; at++)
        {
            // Pieces begin with a byte that few places have: the rest is looked at only there.
            if (pieces.Contains(Convert.ToHexString(bytes.AsSpan(at, 4))) && pieces.Contains(Convert.ToHexString(bytes.AsSpan(at, PieceBytes))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs of eight pixels of the first frames, and their beginnings.</summary>
    private HashSet<string> Pieces()
    {
        var pieces = new HashSet<string>();
        for (var number = 0; number < 20; number++)
        {
            var bytes = _clip.Bytes(number, Wire.FrameFormat.Bgra32);
            for (var at = 0; at + PieceBytes <= bytes.Length; at += PieceBytes)
            {
                pieces.Add(Convert.ToHexString(bytes.AsSpan(at, PieceBytes)));
                pieces.Add(Convert.ToHexString(bytes.AsSpan(at, 4)));
            }
        }

        return pieces;
    }

    private string Made(string name) => Directory.CreateDirectory(_folder[name]).FullName;

    private string Configure(int port)
    {
        DevelopmentKeys.Write(Uri, ["localhost"], _folder["keys"], TimeProvider.System);
        var path = _folder["gateway.json"];
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Node = new { Gateway = Uri.ToString(), KeysFolder = _folder["keys"], DataFolder = _folder["data"] },
            Listeners = new { Peer = $"127.0.0.1:{NodeProcess.FreePort()}", Backend = $"127.0.0.1:{port}", AdminSocket = _folder["admin.sock"] },
            Backends = new object[] { new { Identity = "xvide://alpha/media-backend", Role = "Media" } },
        }));
        return path;
    }
}
