using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>What a media backend reads when its image or stream is refused: one stable code and one sentence with a remedy each.</summary>
internal static class MediaRefusals
{
    public static RpcException Of(StillAnswer answer) => answer.Outcome switch
    {
        StillOutcome.FileRefused => Of(answer.Media),
        StillOutcome.SizeNotCovered => SizeNotCovered(),
        StillOutcome.TechniqueNotAllowed => TechniqueNotAllowed(),
        StillOutcome.PersonModelMissing => PersonModelMissing(),
        StillOutcome.DetectorNotReady => DetectorNotReady(),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    public static RpcException Of(StreamOpenOutcome outcome) => outcome switch
    {
        StreamOpenOutcome.UnknownFormat => Refusal.Invalid("FRAME_FORMAT_UNKNOWN", "the frame format is unknown or a side is out of range: 16 to 7680 wide, 16 to 4320 high"),
        StreamOpenOutcome.FrameTooLarge => Refusal.Invalid("FRAME_TOO_LARGE", "a raw frame of this format and size is larger than 32 MiB; send I420, NV12 or JPEG frames, or smaller ones"),
        StreamOpenOutcome.SizeNotCovered => SizeNotCovered(),
        StreamOpenOutcome.TechniqueNotAllowed => TechniqueNotAllowed(),
        StreamOpenOutcome.PersonModelMissing => PersonModelMissing(),
        StreamOpenOutcome.DetectorNotReady => DetectorNotReady(),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static RpcException Of(FrameAdmission admission) => admission switch
    {
        FrameAdmission.WrongSize => Refusal.Invalid("FRAME_SIZE_WRONG", "the frame does not have the number of bytes that its format, width and height ask for (BGRA32 4 a pixel, RGB24 3, I420 and NV12 1.5); open a new stream with the sides that the frames have"),
        FrameAdmission.NumberNotIncreasing => Refusal.Invalid("FRAME_NUMBER_NOT_INCREASING", "frame numbers must increase; open a new stream and number its frames upwards, gaps are welcome"),
        FrameAdmission.TimestampDecreasing => Refusal.Invalid("FRAME_TIMESTAMP_DECREASING", "time stamps must not decrease; open a new stream and send frames in the order in which they are shown, not in that of decoding"),
        _ => throw new ArgumentOutOfRangeException(nameof(admission)),
    };

    public static RpcException Of(StreamEnding ending) => ending switch
    {
        StreamEnding.DetectorFailing => Refusal.Of(StatusCode.Aborted, "DETECTOR_FAILING", "the detector failed on several frames in a row; open a new stream once the node is ready again"),
        StreamEnding.FrameRefused => Refusal.Invalid("FRAME_REFUSED", "a JPEG frame does not have the width and height that the stream was opened with; open a new stream where the size changes, or scale the frames to one size"),
        _ => Refusal.Of(StatusCode.Cancelled, "STREAM_CANCELLED", "the stream was cancelled"),
    };

    public static Wire.ImageFormat FormatOf(StillFormat format) => format switch
    {
        StillFormat.Jpeg => Wire.ImageFormat.Jpeg,
        StillFormat.Png => Wire.ImageFormat.Png,
        StillFormat.WebP => Wire.ImageFormat.Webp,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Code and sentence for a file that is refused; the command line says the same.</summary>
    public static (string Code, string Sentence) Describe(MediaOutcome outcome) => outcome switch
    {
        MediaOutcome.Empty => ("IMAGE_EMPTY", "there are no bytes; send the encoded file"),
        MediaOutcome.TooManyBytes => ("IMAGE_TOO_LARGE", "the file is larger than 32 MiB; send a smaller one"),
        MediaOutcome.UnknownFormat => ("IMAGE_FORMAT_UNKNOWN", "the file is neither JPEG nor PNG nor WebP; convert it to one of these"),
        MediaOutcome.TooManyPixels => ("IMAGE_TOO_MANY_PIXELS", "the image has more than 64 million pixels; scale it down first"),
        MediaOutcome.SideTooLong => ("IMAGE_SIDE_TOO_LONG", "a side of the image is longer than 16384 pixels; scale it down first"),
        MediaOutcome.TooManyScans => ("IMAGE_TOO_MANY_SCANS", "the JPEG has more scans than an honest one; encode it again"),
        MediaOutcome.Animated => ("IMAGE_ANIMATED", "the image has several frames; send them as a stream"),
        MediaOutcome.Truncated => ("IMAGE_TRUNCATED", "the file ends before the image does; send all of it"),
        MediaOutcome.UnsupportedVariant => ("IMAGE_VARIANT_UNSUPPORTED", "this variant of the format is not supported; encode it as an ordinary 8-bit image"),
        MediaOutcome.DecoderFailed => ("IMAGE_DECODER_FAILED", "the file needs more time or memory to decode than it may, or breaks the decoder; encode it again, or smaller"),
        _ => ("IMAGE_BROKEN", "the file contradicts its format; encode it again as an ordinary 8-bit JPEG, PNG or WebP"),
    };

    private static RpcException Of(MediaOutcome outcome)
    {
        var (code, sentence) = Describe(outcome);
        return Refusal.Invalid(code, sentence);
    }

    private static RpcException SizeNotCovered() =>
        Refusal.Invalid("IMAGE_SIZE_NOT_COVERED", "the detector cannot see every face size in images of this size; scale the image to at most 7680 x 4320");

    private static RpcException PersonModelMissing() =>
        Refusal.NotReady("PERSON_MODEL_MISSING", "a silhouette needs a model that finds persons, and this node has none; ask for another technique");

    private static RpcException TechniqueNotAllowed() =>
        Refusal.Invalid("TECHNIQUE_NOT_ALLOWED", "this technique can be undone, at least in part; use another, or set allow_weak for blur where the node's policy permits it");

    private static RpcException DetectorNotReady() =>
        Refusal.NotReady("DETECTOR_NOT_READY", "the detector of this node is not trusted at the moment; its operator sees why with gateway doctor");
}
