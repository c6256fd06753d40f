using System.CommandLine;
using System.Text;
using Gateway.Contracts.Admin.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Configuration;
using Gateway.Server.Endpoints;
using Gateway.Server.Hosting;
using Grpc.Core;

namespace Gateway.Server.Commands;

/// <summary>Writes the evidence that the running node exports to a file.</summary>
internal sealed class EvidenceExportRun(GatewayConfiguration configuration, InvocationConfiguration console)
{
    private long _shown;
    private long _omitted;

    public async Task<int> RunAsync(string path, string agreementId, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        using var channel = AdminChannel.Open(ListenerExamination.AdminSocketOf(configuration));
        var request = new ExportEvidenceRequest
        {
            AgreementId = agreementId,
            FromMs = from?.ToUnixTimeMilliseconds() ?? 0,
            ToMs = to?.ToUnixTimeMilliseconds() ?? 0,
        };
        using var call = new Admin.AdminClient(channel).ExportEvidence(request, cancellationToken: cancellationToken);

        // Written beside and moved: an interrupted export leaves no file that looks whole.
        var part = path + ".part";
        await using (var file = new StreamWriter(part, append: false, Encoding.ASCII))
        {
            await WriteAsync(file, call.ResponseStream, cancellationToken);
        }

        if (_shown + _omitted == 0)
        {
            File.Delete(part);
            console.Error.WriteLine("there is no evidence of that time; leave --from and --to out to see what there is");
            return ExitCode.NotHolding;
        }

        File.Move(part, path, overwrite: true);
        console.Output.WriteLine($"wrote {_shown} events to {path}, signed by {configuration.Node.Gateway}{(_omitted == 0 ? "" : $"; {_omitted} events of other agreements stand as digests")}");
        console.Output.WriteLine("anybody checks it with the root certificate of its provider: gateway verify FILE --anchors ROOT.crt");
        return ExitCode.Done;
    }

    private async Task WriteAsync(StreamWriter file, IAsyncStreamReader<Contracts.Admin.V1.EvidencePart> parts, CancellationToken cancellationToken)
    {
        await file.WriteAsync(EvidenceFile.Header + '\n');
        while (await parts.MoveNext(cancellationToken))
        {
            var part = EvidenceMessages.FromMessage(parts.Current);
            _shown += part.Shown is null ? 0 : 1;
            _omitted += part.Omitted is null ? 0 : 1;
            await EvidenceFile.WriteAsync(file, part);
        }
    }
}
