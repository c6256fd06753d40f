using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

/// <summary>Data for tests: bytes follow from a name, so that the same name is the same bytes and another name never is.</summary>
internal static class Some
{
    public const int Active = 1;
    public const int Suspended = 2;
    public const int Revoked = 3;
    public const int Erased = 4;

    public static readonly DateTimeOffset Time = new(2026, 9, 1, 12, 0, 0, 250, TimeSpan.Zero);

    /// <summary>We are alpha: from us to beta.</summary>
    public static readonly ChannelKey Outbound = new("alpha", "beta", "agreement-1");

    /// <summary>From beta to us.</summary>
    public static readonly ChannelKey Inbound = new("beta", "alpha", "agreement-1");

    public static byte[] Bytes(int count, string name)
    {
        var bytes = new byte[count];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(name), bytes, salt: [], info: []);
        return bytes;
    }

    public static ProtectedRecord Content(string name, int ciphertextBytes = 400) =>
        new(Bytes(40, name + "/wrapped key"), Bytes(ciphertextBytes, name + "/ciphertext"));

    public static StoredBinding Binding(string handle, string content = "content") => new(
        Bytes(16, $"{handle}/{content}/binding id"),
        Bytes(32, handle),
        Bytes(32, $"{handle}/{content}"),
        Bytes(32, content),
        Content($"{handle}/{content}"));

    public static EvidenceEvent Event(string name = "SubmissionAcceptance", string reason = "") =>
        new(name, reason, Time, "alpha", "beta", "agreement-1", 7, Bytes(32, name));

    public static OutboxEntry Entry(
        string name, ChannelKey? channel = null, string? mapping = null, int version = 1, string binding = "binding", string request = "request") => new(
        Bytes(16, name + "/idempotency key"),
        Bytes(32, $"{name}/{request}"),
        Bytes(16, (mapping ?? name) + "/mapping id"),
        version,
        Bytes(16, binding),
        channel ?? Outbound,
        "roaming-fraud",
        Content(name),
        Time);

    public static SealedBatch Batch(long sequence, int entries, ChannelKey? channel = null) => new(
        channel ?? Outbound,
        sequence,
        Bytes(16, $"{channel}/message id {sequence}"),
        Bytes(32, $"{channel}/message hash {sequence}"),
        Bytes(2_000, $"{channel}/envelope {sequence}"),
        Bytes(500, $"{channel}/signed message {sequence}"),
        [.. Enumerable.Range(0, entries).Select(i => (ReadOnlyMemory<byte>)Bytes(64, $"{channel}/path {sequence}/{i}"))],
        Time);

    public static byte[] Receipt(long sequence, string name = "receipt") => Bytes(300, $"{name} {sequence}");

    public static VerifiedBatch Message(long epoch, long sequence, params IReadOnlyList<ReceivedMapping> mappings) => new(
        Inbound,
        epoch,
        sequence,
        Bytes(16, $"received id {sequence}"),
        MessageHash(sequence),
        sequence == 1 ? ReadOnlyMemory<byte>.Empty : MessageHash(sequence - 1),
        Bytes(500, $"received signed {sequence}"),
        mappings,
        Event("RelayAcceptance"))
    {
        LeafHashes = new byte[32 * mappings.Count],
    };

    public static ReadOnlyMemory<byte> MessageHash(long sequence) => Bytes(32, $"received hash {sequence}");

    public static ReceivedMapping Mapping(string name, int version = 1, int state = Active, string pseudonym = "pseudonym", DateTimeOffset? notAfter = null) => new(
        Bytes(16, name + "/mapping id"),
        version,
        state,
        Bytes(32, pseudonym),
        "roaming-fraud",
        notAfter ?? Time.AddDays(30),
        state == Erased ? new ProtectedRecord(ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty) : Content($"{name}/{version}"));
}

/// <summary>Compares records by what is in their bytes; the compiler's own equality compares where the bytes lie.</summary>
internal static class Same
{
    public static void As<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
