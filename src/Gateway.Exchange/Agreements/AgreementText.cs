using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Exchange.Agreements;

/// <summary>The text of an agreement as people write and read it: strict JSON in which a name nobody knows is an error.</summary>
public static class AgreementText
{
    /// <summary>Longest text, bytes.</summary>
    public const int BytesMax = 64 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        WriteIndented = true,
    };

    /// <summary>Reads and checks a text.</summary>
    /// <returns>The agreement, or null; and everything that is wrong with the text.</returns>
    public static (Agreement? Agreement, IReadOnlyList<string> Findings) Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BytesMax)
        {
            return (null, [$"the text is longer than {BytesMax} bytes; an agreement is a few kilobytes"]);
        }

        try
        {
            var document = JsonSerializer.Deserialize<AgreementDocument>(utf8, Options);
            return document is null ? (null, ["the text is empty; write an agreement as JSON"]) : AgreementRules.Check(document);
        }
        catch (JsonException refused)
        {
            return (null, [$"{refused.Path ?? "$"}: it cannot be read (line {refused.LineNumber + 1}); correct the name or the value"]);
        }
    }

    /// <summary>Writes a draft that both parties can complete and sign.</summary>
    public static byte[] Write(AgreementDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Options);
}

/// <summary>An agreement as it stands in its file.</summary>
public sealed record AgreementDocument
{
    /// <summary>Identifier, 1 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Counts up from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>Sealing profile; <c>GW-CMS-1</c>. It is fixed here and never negotiated (X-25).</summary>
    public required string Profile { get; init; }

    /// <summary>Exactly two parties.</summary>
    public required IReadOnlyList<AgreementPartyDocument> Parties { get; init; }

    /// <summary>Purpose codes, 1 to 64.</summary>
    public required IReadOnlyList<string> Purposes { get; init; }

    /// <summary>Fields that may be filled.</summary>
    public required IReadOnlyList<MappingField> Fields { get; init; }

    /// <summary>What the receiver may do.</summary>
    public required IReadOnlyList<AgreedOperation> Operations { get; init; }

    /// <summary>What a pseudonym may be constant over.</summary>
    public required IReadOnlyList<AgreedPseudonymType> PseudonymTypes { get; init; }

    /// <summary>Days a receiver may keep a mapping, 1 to 3660.</summary>
    public required int RetentionDays { get; init; }

    /// <summary>Mappings one party may issue to the other on one day (UTC), 1 to 100,000,000. A text that does not name it means 1,000,000.</summary>
    public int MappingsPerDay { get; init; } = 1_000_000;

    /// <summary>
    /// Minutes within which a message gets its receipt, 1 to 43,200 (30 days); later is a failed relay (X-43). A text that does not name it leaves it to the
    /// setting of each node.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReceiptMinutes { get; init; }

    /// <summary>In force from.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>In force until.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>Version of the subscriber notice that names both parties.</summary>
    public required string NoticeVersion { get; init; }

    /// <summary>Must be false: received mappings are not passed on (X-14).</summary>
    public required bool OnwardTransfer { get; init; }

    /// <summary>Must be false: mappings are not sold, leased or traded (X-53).</summary>
    public required bool ExchangeForValue { get; init; }
}

/// <summary>A party as it stands in the file.</summary>
public sealed record AgreementPartyDocument
{
    /// <summary>Provider identifier.</summary>
    public required string Provider { get; init; }

    /// <summary>URIs of its gateways, 1 to 16.</summary>
    public required IReadOnlyList<string> Gateways { get; init; }

    /// <summary>Whom to tell about a breach.</summary>
    public required string PrivacyContact { get; init; }
}
