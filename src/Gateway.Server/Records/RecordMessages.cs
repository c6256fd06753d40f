using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Records;

/// <summary>Turns records into the messages of the wire. The numbers of the enumerations are the wire's, so a cast is the translation.</summary>
internal static class RecordMessages
{
    public static Wire.DeidentificationRecord ToMessage(this DeidentificationRecord record)
    {
        var message = new Wire.DeidentificationRecord
        {
            RecordId = Bytes(record.RecordId),
            StreamHandle = Bytes(record.StreamHandle),
            FrameNumber = record.FrameNumber,
            Timestamp = record.Timestamp,
            Policy = ToMessage(record.Policy),
            Technique = ToMessage(record.Technique),
            StrengthClass = ToMessage(record.StrengthClass),
            Model = ToMessage(record.Model),
            Decision = (Wire.Decision)record.Decision,
            Reason = (Wire.Reason)record.Reason,
            OutputSha256 = Bytes(record.OutputSha256),
            SourceKeyedDigest = Bytes(record.SourceKeyedDigest),
            DataStage = (Wire.DataStage)record.DataStage,
            DecidedAtUs = Microseconds(record.DecidedAt),
            Provider = record.Provider,
            Checked = record.IsChecked,
            Escapes = (uint)record.Escapes,
        };
        message.RegionModels.AddRange(record.RegionModels.Select(ToMessage));
        message.Regions.AddRange(record.Regions.Select(ToMessage));
        return message;
    }

    public static Wire.PolicyReference ToMessage(PolicyReference policy) => new() { Id = policy.Id, Version = (uint)policy.Version };

    public static Wire.ModelReference ToMessage(Gateway.Deidentification.Models.ModelReference model) => new()
    {
        Id = model.Id,
        Version = model.Version,
        Sha256 = Bytes(model.Sha256),
        ExecutionProvider = model.ExecutionProvider,
    };

    /// <summary>Microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static Wire.Region ToMessage(RegionRecord region) => new()
    {
        Box = new Wire.Box { X = region.Box.X, Y = region.Box.Y, Width = region.Box.Width, Height = region.Box.Height },
        Mask = new Wire.Box { X = region.Mask.Left, Y = region.Mask.Top, Width = region.Mask.Width, Height = region.Mask.Height },
        Score = region.Score,
        TrackHandle = UnsafeByteOperations.UnsafeWrap(region.Track.ToBytes()),
        Bridged = region.IsBridged,
        RegionClass = (Wire.RegionClass)region.Class,
    };

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

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => ByteString.CopyFrom(bytes.Span);
}
