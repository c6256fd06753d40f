using System.Security.Cryptography;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Checks the record of one image, and the released image against it.</summary>
internal static class RecordCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        var (signers, outcome) = OfflineSigners.From(subject.File, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.Verify(subject.File, ContentTypes.DeidentificationRecord, signers);
        if (!result.IsVerified)
        {
            report.Fails($"the record's signature does not hold: {result.Outcome} (certificate: {outcome})");
            return;
        }

        report.Holds($"the record was signed by {result.Message.Signer.Owner} at {result.Message.SigningTime:u}");
        report.Require(SecondOpinion.Agrees(subject.File), "second opinion: the platform's CMS reader finds the signature good");
        if (TryParse(result.Message.Content) is not { } record)
        {
            report.Fails("what was signed is no de-identification record");
            return;
        }

        report.Require(record.Provider == result.Message.Signer.Owner.Provider, $"the record speaks for its signer's provider, {record.Provider}");
        Describe(record, report);
        CheckMedia(record, subject.MediaPath, report);
        CheckSealedRegions(record, subject.MediaPath, report);
    }

    public static void Describe(DeidentificationRecord record, VerifyReport report)
    {
        report.Notes($"decision {record.Decision}{(record.Reason == Reason.Unspecified ? "" : $" ({record.Reason})")}, {record.Regions.Count} regions, technique {record.Technique}, strength {record.StrengthClass}");
        report.Notes($"model {record.Model.Id} {record.Model.Version}, SHA-256 {Convert.ToHexStringLower(record.Model.Sha256.Span)}, run on {record.Model.ExecutionProvider}");
        foreach (var model in record.RegionModels.Prepend(record.Model).Where(model => model.Assessment is not null))
        {
            report.Notes($"measured with {model.Id} on {model.Assessment.Set}: {string.Join(", ", model.Assessment.Figures.Select(figure => FormattableString.Invariant($"{figure.Name} {figure.Value:0.###}")))}");
        }

        report.Notes($"policy {record.Policy.Id} version {record.Policy.Version}, stage {record.DataStage}{(record.ReleaseModel == ReleaseModel.Unspecified ? "" : $", for release {record.ReleaseModel}")}{(record.ToolVersion.Length == 0 ? "" : $"; made by version {record.ToolVersion}")}");
    }

    public static void CheckMedia(DeidentificationRecord record, string? path, VerifyReport report)
    {
        if (path is null)
        {
            report.Notes("the released file was not checked: name it with --media");
            return;
        }

        using var media = File.OpenRead(path);
        report.Require(SHA256.HashData(media).AsSpan().SequenceEqual(record.OutputSha256.Span), $"the file {Path.GetFileName(path)} is the one that was released");
    }

    private static void CheckSealedRegions(DeidentificationRecord record, string? path, VerifyReport report)
    {
        foreach (var (index, region) in record.SealedRegions.Index())
        {
            var where = region.Mask is { } mask ? $"region {index + 1} ({mask.Width:F0} x {mask.Height:F0} at {mask.X:F0}, {mask.Y:F0})" : "the whole image";
            report.Notes($"REVERSIBLE: the original of {where} was sealed for {string.Join(" and ", region.Recipients)}");
            if (path is not null && RegionSealing.PathOf(path, index + 1) is var beside && File.Exists(beside))
            {
                using var sealedOriginal = File.OpenRead(beside);
                report.Require(SHA256.HashData(sealedOriginal).AsSpan().SequenceEqual(region.SealedSha256.Span), $"{Path.GetFileName(beside)} is that sealed original");
            }
        }
    }

    private static DeidentificationRecord? TryParse(ReadOnlyMemory<byte> content)
    {
        try
        {
            return DeidentificationRecord.Parser.ParseFrom(content.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
