using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>
/// What goes through the pipes. To the worker: limits once, then for each picture its size, the length of its file and the file. Back: a greeting once,
/// then for each picture an outcome and, where it is <see cref="MediaOutcome.Decoded"/>, exactly the pixels of that size. All numbers are 32 bits,
/// little-endian.
/// </summary>
internal static class WorkerMessage
{
    public const int Greeting = 0x3157_4447;
    public const int LimitsBytes = 2 * sizeof(int);
    public const int RequestBytes = 3 * sizeof(int);
    public const int AnswerBytes = sizeof(int);

    /// <summary>Beyond the largest file that is ever rebuilt; the parent keeps to its own, lower limits.</summary>
    public const int FileBytesMax = 256 * 1024 * 1024;

    public static void Write(Span<byte> bytes, params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            bytes = bytes[sizeof(int)..];
        }
    }

    public static int Read(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt32LittleEndian(bytes[(index * sizeof(int))..]);
}
