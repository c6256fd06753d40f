using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Server.Tests.Peers;

/// <summary>
/// What somebody sees who holds the wire between two nodes, or has stolen both disks: of 300 people neither a number nor a pseudonym nor a
/// handle, in none of the forms in which software writes such things.
/// </summary>
public sealed class EavesdropperTests : IAsyncLifetime
{
    private const int People = 300;

    private readonly RealPair _pair = new();
    private readonly List<(string Name, byte[] Bytes)> _secrets = [];
    private readonly TcpProxy _wire;

    public EavesdropperTests()
    {
        _wire = new TcpProxy(_pair.Beta.PeerPort);
        _pair.Between = _wire;
    }

    public ValueTask InitializeAsync() => _pair.InitializeAsync();

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Neither_the_wire_nor_the_disks_tell_who_anybody_is()
    {
        await ExchangeAsync();

        var seen = _wire.Seen();
        Assert.True(seen.Length > People * 100, "the proxy saw too little to be the wire");
        AssertNothingOf(_secrets, seen, "the wire");
        foreach (var node in (RealNode[])[_pair.Alpha, _pair.Beta])
        {
            await node.StopAsync();
            var files = Directory.EnumerateFiles(node.Data, "*", SearchOption.AllDirectories).ToArray();
            Assert.Contains(files, file => file.EndsWith(".db", StringComparison.Ordinal));
            Assert.All(files, file => AssertNothingOf(_secrets, File.ReadAllBytes(file), Path.GetFileName(file)));
        }
    }

    [Fact]
    public async Task The_disks_of_running_nodes_with_their_write_ahead_logs_tell_no_more()
    {
        await ExchangeAsync();

        foreach (var node in (RealNode[])[_pair.Alpha, _pair.Beta])
        {
            var files = Directory.EnumerateFiles(node.Data, "*.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
            Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
            Assert.All(files, file => AssertNothingOf(_secrets, ReadShared(file), Path.GetFileName(file)));
        }
    }

    [Fact]
    public void The_search_finds_what_it_looks_for_in_every_form()
    {
        (string, byte[])[] secret = [("a number", "+82-10-5550-0001"u8.ToArray())];

        foreach (var form in Forms(secret[0].Item2))
        {
            byte[] hay = [.. RandomNumberGenerator.GetBytes(1000), .. form, .. RandomNumberGenerator.GetBytes(1000)];
            Assert.ThrowsAny<Exception>(() => AssertNothingOf(secret, hay, "hay"));
        }
    }

    private async Task ExchangeAsync()
    {
        var alpha = _pair.Alpha.MappingBackend;
        for (var person = 0; person < People; person++)
        {
            var number = $"+82-10-5550-{person:D4}";
            var binding = Some.Binding(it => it.IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = number });
            var bound = await alpha.BindIdentityAsync(binding);
            var shared = await alpha.ShareMappingAsync(Some.Sharing(bound.BindingId));
            Remember(("number", Encoding.ASCII.GetBytes(number)), ("handle", binding.SubjectHandle.ToByteArray()), ("pseudonym", shared.Pseudonym.ToByteArray()));
        }

        await RealPair.DrainedAsync(_pair.Alpha);
        Assert.Equal(People, await _pair.Beta.Node.Exchange.Store.CountKeptAsync(default));
        var found = await _pair.Beta.MappingBackend.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = ByteString.CopyFrom(_secrets[^1].Bytes), Purpose = Some.Purpose });
        Assert.Equal($"+82-10-5550-{People - 1:D4}", found.Mappings.Single().IdentityReference.Value);
    }

    private void Remember(params (string Name, byte[] Bytes)[] secrets) => _secrets.AddRange(secrets);

    private static void AssertNothingOf(IEnumerable<(string Name, byte[] Bytes)> secrets, byte[] hay, string where)
    {
        foreach (var (name, bytes) in secrets)
        {
            foreach (var form in Forms(bytes))
            {
                Assert.True(hay.AsSpan().IndexOf(form) < 0, $"a {name} is in {where}");
            }
        }
    }

    /// <summary>As it is, in two widths of characters, in hexadecimal, and in base64 at any of its three places.</summary>
    private static IEnumerable<byte[]> Forms(byte[] secret)
    {
        yield return secret;
        yield return Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        for (var shift = 0; shift < 3; shift++)
        {
            // The first and last characters depend on the neighbours.
            var text = Convert.ToBase64String([.. new byte[shift], .. secret]).TrimEnd('=');
            yield return Encoding.ASCII.GetBytes(text[(shift == 0 ? 0 : shift + 1)..^1]);
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
