using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Originals;

/// <summary>
/// Whole originals as files. The final name appears only when everything under it is complete and on the disk; until then there is a file with
/// <see cref="UnfinishedSuffix"/> beside it, for its owner alone, which is removed when the work fails and stays when the process is killed.
/// </summary>
public static class OriginalFile
{
    /// <summary>How the name of an unfinished file ends.</summary>
    public const string UnfinishedSuffix = ".unfinished";

    private const int BufferBytes = 128 * 1024;

    /// <summary>Seals a file; the arguments are those of <see cref="OriginalSealer"/>.</summary>
    /// <returns>Bytes of the original.</returns>
    /// <exception cref="IOException">A file cannot be read or written, or the target exists.</exception>
    public static async Task<long> SealAsync(
        string path, string target, OriginalContext context, SigningKey signer, IReadOnlyList<EncryptionKey> recipients, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var source = OpenRead(path);
        var sealedBytes = 0L;
        await WriteWholeAsync(target, async file =>
        {
            sealedBytes = await OriginalSealer.SealAsync(source, file, context, signer, recipients, at, cancellationToken);
            return true;
        });
        return sealedBytes;
    }

    /// <summary>Opens a file; the arguments are those of <see cref="OriginalOpener"/>. The target appears for a whole original only.</summary>
    /// <exception cref="IOException">A file cannot be read or written, or the target exists.</exception>
    public static async Task<OriginalResult> OpenAsync(
        string path, string target, DecryptionKey me, SignerRegistry signers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var source = OpenRead(path);
        OriginalResult? result = null;
        await WriteWholeAsync(target, async file =>
        {
            result = await OriginalOpener.OpenAsync(source, file, me, signers, now, cancellationToken);
            return result.IsOpened;
        });
        return result!;
    }

    private static async Task WriteWholeAsync(string target, Func<FileStream, Task<bool>> write)
    {
        // Found out before the work; the move below checks once more.
        if (Path.Exists(target))
        {
            throw new IOException($"{target} exists and is not overwritten; name another file");
        }

        var unfinished = $"{target}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}{UnfinishedSuffix}";
        var isWhole = false;
        try
        {
            await using (var file = OpenNew(unfinished))
            {
                isWhole = await write(file);
                if (isWhole)
                {
                    // The name must not reach the disk before the bytes do.
                    file.Flush(flushToDisk: true);
                }
            }

            if (isWhole)
            {
                File.Move(unfinished, target, overwrite: false);
            }
        }
        catch
        {
            isWhole = false;
            throw;
        }
        finally
        {
            if (!isWhole)
            {
                File.Delete(unfinished);
            }
        }
    }

    private static FileStream OpenRead(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = BufferBytes, Options = FileOptions.SequentialScan });

    private static FileStream OpenNew(string path)
    {
        // Unbuffered: whole chunks come, and a buffer would be one more copy of the original in memory.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
