using System.Text;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Keys;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Writes the record of an output beside it, signed where there is a key.</summary>
internal static class RecordFile
{
    public const string SignedEnding = ".record.p7";
    public const string UnsignedEnding = ".record.json";

    public static void Write(string target, DeidentificationRecord record, SigningKey? signing) =>
        Write(target, record, signing is null ? null : new RecordSigner(signing, TimeProvider.System).Sign(record.ToByteArray()));

    /// <summary>Written beside and moved: an interrupted run leaves no half file that looks whole, and one that fails not even its part.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        var part = path + ".part";
        try
        {
            File.WriteAllBytes(part, bytes);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Write(string target, IMessage record, byte[]? signed)
    {
        if (signed is null)
        {
            WriteWhole(target + UnsignedEnding, Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(record)));
        }
        else
        {
            WriteWhole(target + SignedEnding, signed);
        }
    }
}
