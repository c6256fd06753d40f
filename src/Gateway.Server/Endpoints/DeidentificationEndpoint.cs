using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Sealing.Certificates;
using Gateway.Server.Hosting;
using Gateway.Server.Records;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>The media service on the wire: translates, signs, and refuses with stable codes. What happens to pixels is decided elsewhere.</summary>
internal sealed class DeidentificationEndpoint(NodeState node, RecordSigner signer) : FrameStreamService
{
    private const string NotReadySentence = "the detector of this node is not trusted at the moment; its operator sees why with gateway doctor";

    public override async Task<Wire.DeidentifyImageResponse> DeidentifyImage(Wire.DeidentifyImageRequest request, ServerCallContext context)
    {
        var engine = RequireEngine();
        using var place = node.TakeImagePlace() ?? throw Refusal.Busy("IMAGES_EXHAUSTED", "this node has as many images waiting as it may; try again or use another node");
        var redaction = TechniqueRequest.Resolve(request.Technique, request.AllowWeak, engine.Settings);
        var answer = await engine.Stills.DeidentifyAsync(request.Image.Memory, redaction, context.CancellationToken);
        if (answer.Outcome != StillOutcome.Deidentified)
        {
            throw MediaRefusals.Of(answer);
        }

        var record = answer.Record!.ToMessage().ToByteArray();
        return new Wire.DeidentifyImageResponse
        {
            Image = UnsafeByteOperations.UnsafeWrap(answer.File),
            Format = MediaRefusals.FormatOf(answer.Format!.Value),
            Record = UnsafeByteOperations.UnsafeWrap(record),
            SignedRecord = UnsafeByteOperations.UnsafeWrap(signer.Sign(record)),
        };
    }

    public override async Task DeidentifyStream(
        IAsyncStreamReader<FrameRequest> requestStream, IServerStreamWriter<FrameResponse> responseStream, ServerCallContext context)
    {
        var engine = RequireEngine();
        var open = await ReadOpenAsync(requestStream, context.CancellationToken);

        // Only now: a caller that says nothing must not take the place of one that does.
        using var place = node.TakeStreamPlace() ?? throw Refusal.Busy("STREAMS_EXHAUSTED", "this node de-identifies as many streams as it may; try again or use another node");
        var parts = engine.Parts;
        var opening = StreamDeidentifier.Open(parts, StreamRequests.From(open, engine.Settings), new StreamOptions { FrameDeadline = engine.Settings.FrameDeadline });
        if (opening.Stream is not { } stream)
        {
            throw MediaRefusals.Of(opening.Outcome);
        }

        await using (stream)
        {
            using var kept = node.Explanations.Open(stream.Handle, CallerOf(context));
            using var exchange = new StreamExchange(stream, parts, signer, engine.Settings.CheckpointInterval, kept);
            await exchange.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }

    public override async Task<Wire.ExplainResponse> Explain(Wire.ExplainRequest request, ServerCallContext context)
    {
        var parts = RequireEngine().Parts;
        switch (request.SubjectCase)
        {
            case Wire.ExplainRequest.SubjectOneofCase.Frame:
                return node.Explanations.Find(request.Frame.StreamHandle.Span, request.Frame.Number, CallerOf(context)) is { } record
                    ? ExplainMessage.Of(record, parts.Detector)
                    : throw Refusal.Of(StatusCode.NotFound, "EXPLANATION_NOT_FOUND", "that frame is not among the latest of a stream that you have open");
            case Wire.ExplainRequest.SubjectOneofCase.Image:
                using (node.TakeImagePlace() ?? throw Refusal.Busy("IMAGES_EXHAUSTED", "this node has as many images waiting as it may; try again or use another node"))
                {
                    var answer = await new StillDeidentifier(parts, new MediaLimits()).ExplainAsync(request.Image.Memory, context.CancellationToken);
                    return answer.Details is { } details
                        ? ExplainMessage.Of(details, parts.Detector)
                        : throw MediaRefusals.Of(new StillAnswer(answer.Outcome, answer.Media, default, null, null));
                }

            default:
                throw Refusal.Invalid("SUBJECT_MISSING", "name an image, or a frame of a stream that is open");
        }
    }

    private static GatewayUri? CallerOf(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate is { } certificate ? SubjectUri.Of(certificate) : null;

    private static async Task<Wire.OpenStream> ReadOpenAsync(IAsyncStreamReader<FrameRequest> requestStream, CancellationToken cancellationToken)
    {
        try
        {
            return await requestStream.MoveNext(cancellationToken) && requestStream.Current.Open is { } open
                ? open
                : throw Refusal.Invalid("OPEN_EXPECTED", "the first message of a stream must be open");
        }
        catch (InvalidProtocolBufferException)
        {
            throw Refusal.MessageBroken();
        }
    }

    private MediaEngine RequireEngine() =>
        node.Media is { IsReady: true } engine ? engine : throw Refusal.NotReady("DETECTOR_NOT_READY", NotReadySentence);
}
