using System.CommandLine;
using Gateway.Sealing.Certificates;

namespace Gateway.Server.Commands;

/// <summary><c>gateway certs init</c>: a development PKI for one gateway.</summary>
internal static class CertsCommand
{
    public static Command Create() => new("certs", "Keys and certificates.") { Init() };

    private static Command Init()
    {
        var gateway = new Argument<string>("GATEWAY") { Description = "URI of the gateway, xvide://provider/gateway." };
        var dns = new Option<string[]>("--dns")
        {
            Description = "DNS name under which peers reach it; may be repeated.",
            DefaultValueFactory = _ => ["localhost"],
        };
        var folder = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder that gets a folder for the provider.",
            DefaultValueFactory = _ => new DirectoryInfo("certs-dev"),
        };
        var command = new Command("init", "Make a development PKI: root, issuing, TLS, signing and decryption certificates with keys of mode 600. Not for production: the root's key lies beside the others.")
        {
            gateway, dns, folder,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(gateway),
            parsed.GetRequiredValue(dns),
            parsed.GetRequiredValue(folder),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string gateway, string[] dnsNames, DirectoryInfo folder, TextWriter output)
    {
        if (!GatewayUri.TryParse(gateway, out var uri))
        {
            output.WriteLine($"{gateway} is not the URI of a gateway; write it as xvide://provider/gateway, in lower case");
            return ExitCode.Unusable;
        }

        var target = Path.Combine(folder.FullName, uri.Provider);
        if (Directory.Exists(target))
        {
            output.WriteLine($"{target} exists already and may hold keys in use; remove it, or choose another folder with --out");
            return ExitCode.Unusable;
        }

        DevelopmentKeys.Write(uri, dnsNames, target, TimeProvider.System);
        output.WriteLine($"made keys and certificates of {uri} in {target}");
        output.WriteLine($"  keep:           everything in it; keys have mode 600 and git ignores them");
        output.WriteLine($"  give to peers:  {Path.Combine(target, DevelopmentKeys.PublicFolder)} ({string.Join(", ", DevelopmentKeys.PublicFiles)})");
        return ExitCode.Done;
    }
}
