using System.Text.Json;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Evidence;

/// <summary>A mapping proof as a JSON file, binary values in base64, one member a line: readable, and cut apart with a shell.</summary>
public static class MappingProofFile
{
    /// <summary>Largest file, bytes.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>First member: what kind of file it is.</summary>
    public const string Format = "gateway.mapping-proof.v1";

    private const string FormatName = "format";
    private const string MappingName = "mapping";
    private const string IndexName = "index";
    private const string CountName = "count";
    private const string PathName = "path";
    private const string AttributesName = "signedAttributes";
    private const string SignatureName = "signature";
    private const string KeyIdentifierName = "keyIdentifier";
    private const string CertificatesName = "certificates";
    private const int Members = 9;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a proof, UTF-8.</summary>
    public static byte[] Write(MappingProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var file = new MemoryStream();
        using (var json = new Utf8JsonWriter(file, Indented))
        {
            json.WriteStartObject();
            json.WriteString(FormatName, Format);
            json.WriteBase64String(MappingName, proof.Mapping.Span);
            json.WriteNumber(IndexName, proof.Index);
            json.WriteNumber(CountName, proof.Count);
            json.WriteBase64String(PathName, proof.Path.Span);
            json.WriteBase64String(AttributesName, proof.Signed.Attributes.Span);
            json.WriteBase64String(SignatureName, proof.Signed.Signature.Span);
            json.WriteBase64String(KeyIdentifierName, proof.Signed.KeyIdentifier.Span);
            json.WriteStartArray(CertificatesName);
            foreach (var certificate in proof.Signed.Certificates)
            {
                json.WriteBase64StringValue(certificate.Span);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
        return file.ToArray();
    }

    /// <summary>Reads a proof; null when the file is none, has a member more or less, or is too large.</summary>
    public static MappingProof? Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > BytesMax)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = 2, AllowDuplicateProperties = false });
            return Read(json.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static MappingProof? Read(JsonElement proof)
    {
        if (proof.GetPropertyCount() != Members || proof.GetProperty(FormatName).GetString() != Format)
        {
            return null;
        }

        var signed = new SignedParts(
            ContentTypes.MappingBatch,
            Bytes(proof, AttributesName),
            Bytes(proof, SignatureName),
            Bytes(proof, KeyIdentifierName),
            [.. proof.GetProperty(CertificatesName).EnumerateArray().Select(certificate => (ReadOnlyMemory<byte>)certificate.GetBytesFromBase64())]);
        return new MappingProof(
            Bytes(proof, MappingName), proof.GetProperty(IndexName).GetInt32(), proof.GetProperty(CountName).GetInt32(), Bytes(proof, PathName), signed);
    }

    private static byte[] Bytes(JsonElement proof, string name) => proof.GetProperty(name).GetBytesFromBase64();
}
