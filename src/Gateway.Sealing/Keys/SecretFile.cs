using System.Security.Cryptography;

namespace Gateway.Sealing.Keys;

/// <summary>Files that hold secrets: written with mode 600, refused when others may read them.</summary>
public static class SecretFile
{
    private const int TextBytesMax = 16 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads a secret of 32 bytes in base64.</summary>
    /// <exception cref="InvalidDataException">The file is missing, others may read it, or it does not hold 32 bytes.</exception>
    public static byte[] Read32(string path)
    {
        const int SecretBytes = 32;
        var secret = new byte[SecretBytes];
        return Convert.TryFromBase64String(ReadText(path).Trim(), secret, out var written) && written == SecretBytes
            ? secret
            : throw new InvalidDataException($"{path} does not hold 32 bytes in base64; make it with: openssl rand -base64 32");
    }

    /// <summary>Reads a secret text, such as a private key in PEM.</summary>
    /// <exception cref="InvalidDataException">The file is missing, too large, or others may read it.</exception>
    public static string ReadText(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > TextBytesMax)
        {
            throw new InvalidDataException($"{path} is missing or larger than {TextBytesMax} bytes; name the key file, or make keys with: gateway certs init");
        }

        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != 0)
        {
            throw new InvalidDataException($"{path} can be read by others than its owner; run: chmod 600 {path}");
        }

        return File.ReadAllText(path);
    }

    /// <summary>Writes a new secret file with mode 600.</summary>
    /// <exception cref="IOException">The file exists: a key in use is never overwritten.</exception>
    public static void WriteNew(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // The mode comes with the creation: a chmod afterwards would leave a moment in which others can open the file.
            options.UnixCreateMode = OwnerOnly;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    /// <summary>Makes a folder that only its owner can enter; nothing happens when it is there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Overwrites a secret that is no longer needed.</summary>
    internal static void Forget(byte[] secret) => CryptographicOperations.ZeroMemory(secret);
}
