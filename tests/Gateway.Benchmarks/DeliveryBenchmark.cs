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
/// Durable, receipted mappings a second between two nodes over gRPC and mutual TLS on loopback, against SQLite alone committing the very rows that
/// leaves at both sides in the same groups, one row a mapping at each side, and the design with one CMS and one commit for each mapping. Then what
/// one urgent mapping waits while half of that goes on.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int Mappings = 40_000;
    private const int Rounds = 3;

    /// <summary>Compiling takes a round, and a store that is empty is not what a node has.</summary>
    private const int WarmRounds = 1;

    private const int Callers = 512;
    private const int PerMessageShare = 200;
    private const int UrgentSamples = 300;

    /// <summary>Half of what two cores deliver; the contest measures it anew.</summary>
    private const double UrgentBackground = 2_600;

    private const int MappingsPerDay = 100_000_000;
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
        await using var rowsAlone = new StoreAlone(folder["rows"]);
        using var sqlite = new SqliteAlone(folder["alone.db"]);
        var (rows, alone, perMessage, submitted, delivered) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -WarmRounds; round < rounds; round++)
        {
            // All in turn, the rounds that only warm too: what is compared is compiled as far, and its stores are as full.
            var kept = await rowsAlone.MappingsPerSecondAsync(mappings);
            var one = sqlite.MappingsPerSecond(mappings);
            var single = await PerMessageDesign.MappingsPerSecondAsync(folder[$"single-{round}"], Math.Max(10, mappings / PerMessageShare));
            var started = Stopwatch.GetTimestamp();
            await ShareAsync(alpha, binding, mappings);
            var durable = mappings / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Eventually.BeTrueAsync(() => alpha.Node.Exchange.Store.CountOpenAsync(null, default).Result == 0, "the last receipt", TimeSpan.FromMinutes(5));
            var receipted = mappings / Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (round >= 0)
            {
                rows.Add(kept);
                alone.Add(one);
                perMessage.Add(single);
                submitted.Add(durable);
                delivered.Add(receipted);
            }
        }

        Print(output, mappings, rounds, (Median(rows), Median(alone), Median(perMessage), Median(submitted), Median(delivered)));
        await UrgentBenchmark.RunAsync(output, alpha, binding, folder.Path, Median(delivered) / 2, Math.Min(200, mappings / 10));
    }

    /// <summary>The urgent mapping alone, with more samples and without the contest: for two builds that run in turn.</summary>
    public static Task RunUrgentAsync(TextWriter output) => RunUrgentAsync(output, Mappings / 2, UrgentBackground, UrgentSamples);

    public static async Task RunUrgentAsync(TextWriter output, int warm, double background, int samples)
    {
        using var folder = new TempFolder();
        await using var alpha = new DemoProvider("xvide://alpha/a1", folder.Path, new DeidentificationSettings());
        await using var beta = new DemoProvider("xvide://beta/b1", folder.Path, new DeidentificationSettings());
        SignAgreement(alpha, beta);
        await alpha.StartAsync(beta, CancellationToken.None);
        await beta.StartAsync(alpha, CancellationToken.None);
        var binding = await BindAsync(alpha);
        await ShareAsync(alpha, binding, warm);
        await Eventually.BeTrueAsync(() => alpha.Node.Exchange.Store.CountOpenAsync(null, default).Result == 0, "the last receipt", TimeSpan.FromMinutes(5));
        await UrgentBenchmark.RunAsync(output, alpha, binding, folder.Path, background, samples);
    }

    /// <summary>Shares a binding once.</summary>
    public static async Task<ReadOnlyMemory<byte>> ShareOneAsync(DemoProvider provider, ByteString binding, CancellationToken cancellationToken)
    {
        var shared = await provider.Node.Exchange.Mappings.ShareAsync(
            new ShareMappingRequest { IdempotencyKey = NewId(), BindingId = binding, AgreementId = AgreementId, Purpose = Purpose }, cancellationToken);
        return shared.Outcome == MappingOutcome.Done
            ? shared.Value!.MappingId.Memory
            : throw new InvalidOperationException($"a share ended with {shared.Outcome}");
    }

    private static void Print(
        TextWriter output, int mappings, int rounds, (double Rows, double Alone, double PerMessage, double Submitted, double Delivered) rates)
    {
        output.WriteLine();
        output.WriteLine($"## Delivery of {mappings} mappings, two nodes, gRPC over mutual TLS, SQLite synchronous=FULL on both sides ({rounds} rounds, medians)");
        Line("SQLite alone: the same rows at both sides, in the same groups", rates.Rows);
        Line("SQLite alone: one row a mapping at each side, groups of 256", rates.Alone);
        Line("one CMS and one commit a mapping and step, no wire", rates.PerMessage);
        Line("submitted: durable in the outbox, evidence chained", rates.Submitted);
        Line("delivered: sealed, sent, verified, kept, receipted, receipt kept", rates.Delivered);

        void Line(string name, double rate) => output.WriteLine($"{name,-72} {rate,12:N0} mappings/s {rate / rates.Rows,7:F2}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>An agreement both sides signed, in the folder they share.</summary>
    public static void SignAgreement(DemoProvider alpha, DemoProvider beta)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = AgreementText.Write(AgreementCommand.NewDraft(AgreementId, [alpha.Uri, beta.Uri], [Purpose], 30, now) with { MappingsPerDay = MappingsPerDay });
        var signed = "";
        foreach (var provider in (DemoProvider[])[alpha, beta])
        {
            using var key = SigningKey.Load(Path.Combine(provider.Keys, "signing.crt"), Path.Combine(provider.Keys, "signing.key"));
            signed = AgreementFile.Sign(text, signed, key, now);
        }

        File.WriteAllText(Path.Combine(alpha.Agreements, AgreementId + AgreementFile.Extension), signed);
    }

    /// <summary>Binds a person of the benchmark.</summary>
    public static async Task<ByteString> BindAsync(DemoProvider provider)
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

    /// <summary>Shares a binding so many times, from 512 callers at once.</summary>
    public static Task ShareAsync(DemoProvider provider, ByteString binding, int mappings) => Parallel.ForAsync(
        0,
        mappings,
        new ParallelOptions { MaxDegreeOfParallelism = Callers },
        async (_, cancellationToken) => await ShareOneAsync(provider, binding, cancellationToken));

    private static ByteString NewId() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
}
