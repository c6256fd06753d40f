using System.Security.Cryptography;
using System.Text;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Storage.Load;

/// <summary>What the loads write. Everything follows from its name, so that whoever reads it back knows what must be there.</summary>
public static class Workload
{
    public static readonly ChannelKey Outbound = new("alpha", "beta", "agreement-1");
    public static readonly ChannelKey Inbound = new("beta", "alpha", "agreement-1");

    /// <summary>A time at which nothing here may be kept any longer but bindings.</summary>
    public static DateTimeOffset AfterEverything => Time.AddYears(2);

    private static readonly DateTimeOffset Time = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    public static byte[] Bytes(int count, string name) => SHA512.HashData(Encoding.UTF8.GetBytes(name))[..count];

    public static OutboxEntry Entry(string name) => new(
        Bytes(16, name + "/key"),
        Bytes(32, name + "/digest"),
        Bytes(16, name + "/mapping"),
        1,
        Bytes(16, name + "/binding"),
        Outbound,
        "roaming-fraud",
        Content(name),
        Time);

    public static StoredBinding Binding(string name) => new(
        Bytes(16, name + "/id"), Bytes(32, name + "/handle"), Bytes(32, name + "/content"), Bytes(32, name + "/subject"), Content(name));

    public static VerifiedBatch Message(long epoch, long sequence, ReadOnlyMemory<byte> previousHash, int mappings) => new(
        Inbound,
        epoch,
        sequence,
        Bytes(16, $"message {sequence}"),
        MessageHash(sequence),
        previousHash,
        new byte[2_000],
        [.. Enumerable.Range(0, mappings).Select(i => Mapping($"{sequence}/{i}"))],
        Event("RelayAcceptance"));

    public static SealedBatch Sealed(long sequence, int entries) => new(
        Outbound,
        sequence,
        Bytes(16, $"sealed {sequence}"),
        Bytes(32, $"sealed hash {sequence}"),
        new byte[2_000],
        new byte[500],
        [.. Enumerable.Range(0, entries).Select(i => (ReadOnlyMemory<byte>)Bytes(32, $"path {sequence}/{i}"))],
        Time);

    public static byte[] MessageHash(long sequence) => Bytes(32, $"hash {sequence}");

    public static EvidenceEvent Event(string name) => new(name, "", Time, "alpha", "beta", "agreement-1", 0, ReadOnlyMemory<byte>.Empty);

    public static SqliteExchangeStore Open(string path)
    {
        var result = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path, OutboxEntriesMax = long.MaxValue }, NullLogger.Instance);
        return result.Store ?? throw new InvalidOperationException($"{result.Outcome}: {result.Explanation}");
    }

    private static ReceivedMapping Mapping(string name) =>
        new(Bytes(16, name), 1, 1, Bytes(32, name + "/pseudonym"), "roaming-fraud", Time.AddYears(1), Content(name));

    private static ProtectedRecord Content(string name) => new(Bytes(40, name + "/wrapped"), new byte[400]);
}
