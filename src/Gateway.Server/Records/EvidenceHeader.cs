using System.Text;

namespace Gateway.Server.Records;

/// <summary>First lines of files of evidence: a person, a program and <c>gateway verify</c> tell by them what a file is.</summary>
internal static class EvidenceHeader
{
    public static ReadOnlySpan<byte> Stream => "gateway-stream-evidence-1\n"u8;

    public static ReadOnlySpan<byte> Frame => "gateway-frame-evidence-1\n"u8;

    /// <summary>True when a file begins with a header.</summary>
    public static bool IsAtStartOf(string path, ReadOnlySpan<byte> header)
    {
        Span<byte> start = stackalloc byte[header.Length];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, header.Length, throwOnEndOfStream: false) == header.Length && start.SequenceEqual(header);
    }

    /// <exception cref="InvalidDataException">The file begins otherwise.</exception>
    public static void Skip(Stream file, ReadOnlySpan<byte> header)
    {
        Span<byte> start = stackalloc byte[header.Length];
        if (file.ReadAtLeast(start, header.Length, throwOnEndOfStream: false) != header.Length || !start.SequenceEqual(header))
        {
            throw new InvalidDataException($"the file does not begin with the line {Encoding.ASCII.GetString(header).TrimEnd()}; name a file of evidence of this kind");
        }
    }
}
