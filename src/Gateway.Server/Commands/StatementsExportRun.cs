using System.CommandLine;
using System.Globalization;
using Gateway.Contracts.Admin.V1;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary>Writes the statements that the running node kept to files.</summary>
internal sealed class StatementsExportRun(GatewayConfiguration configuration, InvocationConfiguration console)
{
    public async Task<int> RunAsync(DirectoryInfo folder, string agreementId, CancellationToken cancellationToken)
    {
        folder.Create();
        if (folder.EnumerateFileSystemInfos().Any())
        {
            console.Error.WriteLine($"{folder.FullName} is not empty; name a new folder, so that statements of two exports do not mix");
            return ExitCode.Unusable;
        }

        using var channel = AdminChannel.Open(ListenerExamination.AdminSocketOf(configuration));
        using var call = new Admin.AdminClient(channel).ExportStatements(new ExportStatementsRequest { AgreementId = agreementId }, cancellationToken: cancellationToken);
        var written = 0;
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            written++;
            await WriteAsync(folder, written, call.ResponseStream.Current, cancellationToken);
        }

        if (written == 0)
        {
            console.Error.WriteLine("there are no statements yet: ledgers are compared once an hour, and only when something was delivered");
            return ExitCode.NotHolding;
        }

        console.Output.WriteLine("anybody checks one with the root certificate of its issuer: gateway verify FILE --anchors ROOT.crt");
        return ExitCode.Done;
    }

    private async Task WriteAsync(DirectoryInfo folder, int number, KeptStatement statement, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"statement-{number:D4}.p7");
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), statement.Signed.ToByteArray(), cancellationToken);
        var kept = DateTimeOffset.FromUnixTimeMilliseconds(statement.KeptAtMs);
        console.Output.WriteLine($"{name}  {kept:u}  {statement.Sender} to {statement.Recipient}, {statement.AgreementId}: {Words(statement)}, signed by {statement.Issuer}");
    }

    private static string Words(KeptStatement statement) => statement.Kind switch
    {
        StatementKind.LedgerAgreement => $"ledgers agree up to message {statement.Sequence}",
        StatementKind.LedgerDifference => $"LEDGERS DIFFER from message {statement.Sequence} on",
        StatementKind.ChannelEnd => $"the channel ended at message {statement.Sequence}",
        StatementKind.Contradiction => $"CONTRADICTION: message {statement.Sequence} came with two contents",
        _ => "of a kind this program does not know",
    };
}
