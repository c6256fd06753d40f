using Gateway.Fuzz.Mutation;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;

namespace Gateway.Fuzz.Targets;

/// <summary>Files an operator was given or wrote: they must be refused with a sentence, never with a stack trace.</summary>
internal sealed class FileTargets(string folder)
{
    public IEnumerable<FuzzTarget> All =>
    [
        new("configuration", Mutators.Text, () => [Configuration()], LoadsConfiguration, IsAuthenticated: false),
        new("certificates", Mutators.Text, () => [File.ReadAllBytes(Path.Combine(Corpus.Folder, "keys", "alpha", "signing.crt"))], LoadsCertificates, IsAuthenticated: false),
    ];

    private Verdict LoadsConfiguration(byte[] input)
    {
        var (configuration, findings) = ConfigurationFile.Load(Write("gateway.json", input));
        return configuration is null && findings.Count == 0
            ? throw new InvalidOperationException("refused without a word why")
            : configuration is not null ? Verdict.Accepted : Verdict.Refused;
    }

    private Verdict LoadsCertificates(byte[] input)
    {
        try
        {
            return TrustAnchors.LoadPem(Write("roots.crt", input)).Roots.Count > 0 ? Verdict.Accepted : Verdict.Refused;
        }
        catch (InvalidDataException)
        {
            return Verdict.Refused;
        }
    }

    private byte[] Configuration()
    {
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        return System.Text.Encoding.UTF8.GetBytes($$"""
            {
              "Node": { "Gateway": "xvide://alpha/a1", "KeysFolder": "{{folder}}/keys", "DataFolder": "{{folder}}/data" },
              "Listeners": { "Peer": "127.0.0.1:7443", "Backend": "127.0.0.1:7444", "PeerConnectionsMax": 200 },
              "Backends": [ { "Identity": "xvide://alpha/media-backend", "Role": "Media" } ],
              "Delivery": { "ConnectTimeout": "00:00:05", "DrainTimeout": "00:00:05" }
            }
            """);
    }

    private string Write(string name, byte[] input)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, input);
        return path;
    }
}
