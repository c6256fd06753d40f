using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Server.Hosting;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Records;

/// <summary>Turns records into the messages of the wire. The numbers of the enumerations are the wire's, so a cast is the translation.</summary>
internal static class RecordMessages
{
    public static Wire.DeidentificationRecord ToMessage(this DeidentificationRecord record)
    {
        var message = new Wire.DeidentificationRecord();
        Fill(message, record, new Stack<Wire.Region>());
        return message;
    }

    /// <summary>Writes a record over whatever a message holds; regions are taken from those that are spare, as far as they go.</summary>
    public static void Fill(Wire.DeidentificationRecord message, DeidentificationRecord record, Stack<Wire.Region> spare)
    {
        message.RecordId = Bytes(record.RecordId);
        message.StreamHandle = Bytes(record.StreamHandle);
        message.FrameNumber = record.FrameNumber;
        message.Timestamp = record.Timestamp;
        message.Policy = Policy(message.Policy, record.Policy);
        message.Technique = ToMessage(record.Technique);
        message.StrengthClass = ToMessage(record.StrengthClass);
        message.Model = Model(message.Model, record.Model);
        message.Decision = (Wire.Decision)record.Decision;
        message.Reason = (Wire.Reason)record.Reason;
        message.OutputSha256 = Bytes(record.OutputSha256);
        message.SourceKeyedDigest = Bytes(record.SourceKeyedDigest);
        message.DataStage = (Wire.DataStage)record.DataStage;
        message.ReleaseModel = (Wire.ReleaseModel)record.Policy.Release;
        message.DecidedAtUs = Microseconds(record.DecidedAt);
        message.Provider = record.Provider;
        message.Checked = record.IsChecked;
        message.Escapes = (uint)record.Escapes;
        message.ToolVersion = NodeIdentity.SoftwareVersion;
        message.RegionModels.Clear();
        for (var index = 0; index < record.RegionModels.Count; index++)
        {
            message.RegionModels.Add(ToMessage(record.RegionModels[index]));
        }

        message.Regions.Clear();
        for (var index = 0; index < record.Regions.Count; index++)
        {
            message.Regions.Add(Fill(spare.TryPop(out var region) ? region : new Wire.Region { Box = new(), Mask = new() }, record.Regions[index]));
        }
    }

    public static Wire.PolicyReference ToMessage(PolicyReference policy) => new() { Id = policy.Id, Version = (uint)policy.Version };

    public static Wire.ModelReference ToMessage(Gateway.Deidentification.Models.ModelReference model) => new()
    {
        Id = model.Id,
        Version = model.Version,
        Sha256 = Bytes(model.Sha256),
        ExecutionProvider = model.ExecutionProvider,
        Assessment = model.Assessment is { } assessment
            ? new() { Set = assessment.Set, Figures = { assessment.Figures.Select(figure => new Wire.AssessedFigure { Name = figure.Key, Value = figure.Value }) } }
            : null,
    };

    /// <summary>Microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The policy of a stream's last record is nearly always that of this one.</summary>
    private static Wire.PolicyReference Policy(Wire.PolicyReference? last, PolicyReference policy) =>
        last is not null && last.Id == policy.Id && last.Version == (uint)policy.Version ? last : ToMessage(policy);

    private static Wire.ModelReference Model(Wire.ModelReference? last, Gateway.Deidentification.Models.ModelReference model) =>
        last is not null && last.Id == model.Id && last.Version == model.Version && last.ExecutionProvider == model.ExecutionProvider
            && last.Sha256.Span.SequenceEqual(model.Sha256.Span)
            ? last
            : ToMessage(model);

    private static Wire.Region Fill(Wire.Region message, in RegionRecord region)
    {
        Fill(message.Box, region.Box.X, region.Box.Y, region.Box.Width, region.Box.Height);
        Fill(message.Mask, region.Mask.Left, region.Mask.Top, region.Mask.Width, region.Mask.Height);
        message.Score = region.Score;
        message.TrackHandle = UnsafeByteOperations.UnsafeWrap(region.Track.ToBytes());
        message.Bridged = region.IsBridged;
        message.RegionClass = (Wire.RegionClass)region.Class;
        message.Outlined = region.IsOutlined;
        return message;
    }

    private static void Fill(Wire.Box box, float x, float y, float width, float height) =>
        (box.X, box.Y, box.Width, box.Height) = (x, y, width, height);

    private static Wire.Technique ToMessage(RedactionTechnique technique) => technique switch
    {
        RedactionTechnique.OutsideFill => Wire.Technique.OutsideFill,
        RedactionTechnique.Solid => Wire.Technique.Solid,
        RedactionTechnique.Mosaic => Wire.Technique.Mosaic,
        RedactionTechnique.Blur => Wire.Technique.Blur,
        RedactionTechnique.Silhouette => Wire.Technique.Silhouette,
        _ => throw new ArgumentOutOfRangeException(nameof(technique)),
    };

    private static Wire.StrengthClass ToMessage(StrengthClass strength) => strength switch
    {
        StrengthClass.Irreversible => Wire.StrengthClass.Irreversible,
        StrengthClass.BoundedLeak => Wire.StrengthClass.BoundedLeak,
        StrengthClass.Cosmetic => Wire.StrengthClass.Cosmetic,
        _ => throw new ArgumentOutOfRangeException(nameof(strength)),
    };

    /// <summary>Not copied: nobody writes to the bytes of a record.</summary>
    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
