using Gateway.Sealing.Certificates;

namespace Gateway.Server.Commands;

/// <summary>Writes a development PKI and, in a folder of its own, the part of it that peers need.</summary>
internal static class DevelopmentKeys
{
    /// <summary>Folder with what peers need; it holds no key.</summary>
    public const string PublicFolder = "public";

    /// <summary>What a peer must have from us.</summary>
    public static readonly string[] PublicFiles = ["root.crt", "signing.crt", "decryption.crt"];

    public static void Write(GatewayUri owner, IReadOnlyList<string> dnsNames, string folder, TimeProvider time)
    {
        using var pki = DevelopmentPki.Create(owner, dnsNames, time.GetUtcNow());
        pki.WriteTo(folder);
        var shared = Directory.CreateDirectory(Path.Combine(folder, PublicFolder)).FullName;
        foreach (var file in PublicFiles)
        {
            File.Copy(Path.Combine(folder, file), Path.Combine(shared, file));
        }
    }
}
