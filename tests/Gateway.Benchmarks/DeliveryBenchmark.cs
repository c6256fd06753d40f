using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Mappings;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Benchmarks;

/// <summary>
/// Durable, receipted mappings a second between two nodes over gRPC and mutual TLS on loopback, against SQLite alone committing the same number
/// of rows in groups, once for each side.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int Mappings = 10_000;
    private const int Rounds = 3;
    private const int Callers = 512;
    private const string AgreementId = "benchmark";
    private const string Purpose = "benchmark";

    public static Task RunAsync(TextWriter output) => RunAsync(output, Mappings, Rounds);

    public static async Task RunAsync(TextWriter output, int mappings, int rounds)
    {
        using var folder = new TempFolder();
        await using var alpha = new DemoProvider("xvide://alpha/a1", folder.Path, new DeidentificationSettings());
        await using var beta = new DemoProvider("xvide://beta/b1", folder.Path, new DeidentificationSettings());
        SignAgreement(alpha, beta);
        await alpha.StartAsync(beta, CancellationToken.None);
        await beta.StartAsync(alpha, CancellationToken.None);
        var binding = await BindAsync(alpha);
        await ShareAsync(alpha, binding, mappings / 10); // warm

        var delivered = new List<double>();
        var submitted = new List<double>();
        var alone = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(SqliteAlone.RowsPerSecond(folder[$"alone-{round}.db"], mappings));
            var started = Stopwatch.GetTimestamp();
            await ShareAsync(alpha, binding, mappings);
            submitted.Add(mappings / Stopwatch.GetElapsedTime(started).TotalSeconds);
            await Eventually.BeTrueAsync(() => alpha.Node.Exchange.Store.CountOpenAsync(null, default).Result == 0, "the last receipt", TimeSpan.FromMinutes(5));
            delivered.Add(mappings / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        Print(output, mappings, rounds, Median(alone), Median(submitted), Median(delivered));
    }

    private static void Print(TextWriter output, int mappings, int rounds, double alone, double submitted, double delivered)
    {
        output.WriteLine();
        output.WriteLine($"## Delivery of {mappings} mappings, two nodes, gRPC over mutual TLS, SQLite synchronous=FULL on both sides ({rounds} rounds, medians)");
        output.WriteLine($"{"SQLite alone: one row a mapping on each side, groups of 256",-72} {alone,12:N0} mappings/s {1.0,7:F2}");
        output.WriteLine($"{"submitted: durable in the outbox, evidence chained",-72} {submitted,12:N0} mappings/s {submitted / alone,7:F2}");
        output.WriteLine($"{"delivered: sealed, sent, verified, kept, receipted, receipt kept",-72} {delivered,12:N0} mappings/s {delivered / alone,7:F2}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void SignAgreement(DemoProvider alpha, DemoProvider beta)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = AgreementText.Write(AgreementCommand.NewDraft(AgreementId, [alpha.Uri, beta.Uri], [Purpose], 30, now));
        var signed = "";
        foreach (var provider in (DemoProvider[])[alpha, beta])
        {
            using var key = SigningKey.Load(Path.Combine(provider.Keys, "signing.crt"), Path.Combine(provider.Keys, "signing.key"));
            signed = AgreementFile.Sign(text, signed, key, now);
        }

        File.WriteAllText(Path.Combine(alpha.Agreements, AgreementId + AgreementFile.Extension), signed);
    }

    private static async Task<ByteString> BindAsync(DemoProvider provider)
    {
        var bound = await provider.Node.Exchange.Mappings.BindAsync(
            new BindIdentityRequest
            {
                SubjectHandle = NewId(),
                IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = "+82-10-5550-0001" },
                BindingMethod = BindingMethod.OperatorConfirmed,
                BindingConfidence = 0.9f,
                Consent = new ConsentReference { RecordId = "consent", NoticeVersion = "1" },
            },
            CancellationToken.None);
        return ByteString.CopyFrom(bound.Value!.BindingId.Span);
    }

    private static Task ShareAsync(DemoProvider provider, ByteString binding, int mappings) =>
        Parallel.ForAsync(0, mappings, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (_, cancellationToken) =>
        {
            var shared = await provider.Node.Exchange.Mappings.ShareAsync(
                new ShareMappingRequest { IdempotencyKey = NewId(), BindingId = binding, AgreementId = AgreementId, Purpose = Purpose }, cancellationToken);
            if (shared.Outcome != MappingOutcome.Done)
            {
                throw new InvalidOperationException($"a share ended with {shared.Outcome}");
            }
        });

    private static ByteString NewId() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
}
