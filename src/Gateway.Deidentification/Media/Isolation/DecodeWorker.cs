using System.Security.Cryptography;
using SkiaSharp;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>
/// The other end: a process that does nothing but decode. It opens no file and no connection, holds no key, and is under limits before it sees the
/// first picture. It ends when its input does.
/// </summary>
public static class DecodeWorker
{
    /// <summary>Answers pictures until the input ends.</summary>
    /// <returns>0 at the end of the input; 1 where what came was no request.</returns>
    public static int Run(Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> limits = stackalloc byte[WorkerMessage.LimitsBytes];
        if (input.ReadAtLeast(limits, limits.Length, throwOnEndOfStream: false) < limits.Length)
        {
            return 1;
        }

        // The native library is loaded before the address space closes behind it.
        SKColorSpace.CreateSrgb().Dispose();
        var process = new ProcessLimits(memoryMebibytes: WorkerMessage.Read(limits, 0), secondsPerPicture: WorkerMessage.Read(limits, 1));
        process.Apply();
        Span<byte> greeting = stackalloc byte[WorkerMessage.AnswerBytes];
        WorkerMessage.Write(greeting, WorkerMessage.Greeting);
        output.Write(greeting);
        output.Flush();
        Span<byte> request = stackalloc byte[WorkerMessage.RequestBytes];
        while (input.ReadAtLeast(request, request.Length, throwOnEndOfStream: false) == request.Length)
        {
            process.BeginPicture();
            var (width, height, length) = (WorkerMessage.Read(request, 0), WorkerMessage.Read(request, 1), WorkerMessage.Read(request, 2));
            if (width <= 0 || height <= 0 || length is <= 0 or > WorkerMessage.FileBytesMax)
            {
                return 1;
            }

            Answer(input, output, length, width, height);
        }

        return 0;
    }

    private static void Answer(Stream input, Stream output, int length, int width, int height)
    {
        var file = GC.AllocateUninitializedArray<byte>(length);
        input.ReadExactly(file);
        using var image = PixelImage.Create(PixelLayout.Bgra32, width, height);
        var outcome = SkiaDecoder.Decode(file, length, image);
        CryptographicOperations.ZeroMemory(file);
        Span<byte> answer = stackalloc byte[WorkerMessage.AnswerBytes];
        WorkerMessage.Write(answer, (int)outcome);
        output.Write(answer);
        if (outcome == MediaOutcome.Decoded)
        {
            output.Write(image.Bytes);
        }

        output.Flush();
    }
}
