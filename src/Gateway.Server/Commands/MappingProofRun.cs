using System.CommandLine;
using Gateway.Contracts.Identification.V1;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Asks the running node, as one of its mapping backends, for the proof of a mapping. An operator as such may not see mappings.</summary>
internal sealed class MappingProofRun(GatewayConfiguration configuration, InvocationConfiguration console)
{
    private const int IdBytes = 16;

    public async Task<int> RunAsync(string mappingId, string agreementId, string backend, string path, CancellationToken cancellationToken)
    {
        if (mappingId.Length != 2 * IdBytes || !mappingId.All(char.IsAsciiHexDigit))
        {
            console.Error.WriteLine("--mapping is the identifier of a mapping, 32 hexadecimal digits");
            return ExitCode.Unusable;
        }

        string In(string file) => Path.Combine(configuration.Node.KeysFolder, file);

        using var identity = TlsIdentity.Load(In(backend + ".crt"), In(backend + ".key"));
        using var channel = BackendChannel.Open(configuration.Listeners.BackendEndPoint, identity, TrustAnchors.LoadPem(In("root.crt")), TimeProvider.System);
        var answer = await new Identification.IdentificationClient(channel).GetMappingProofAsync(
            new GetMappingProofRequest { MappingId = ByteString.CopyFrom(Convert.FromHexString(mappingId)), AgreementId = agreementId },
            cancellationToken: cancellationToken);
        await using (var file = new FileStream(path, OwnersOnly()))
        {
            await file.WriteAsync(answer.Proof.Memory, cancellationToken);
        }

        console.Output.WriteLine($"wrote the proof to {path}; it shows the mapping, so give it only to whom the mapping may be shown");
        console.Output.WriteLine("whoever has it checks it with the root certificate of the sender: gateway verify FILE --anchors ROOT.crt");
        return ExitCode.Done;
    }

    private static FileStreamOptions OwnersOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
