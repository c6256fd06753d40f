using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>
/// One stream on the wire: frames in and answers out at the same time, every answer with its record, and at a good end the signed root over
/// all records. A stream that ends in any other way has no signed root.
/// </summary>
internal sealed class StreamExchange(StreamDeidentifier stream, PipelineParts parts, RecordSigner signer)
{
    private readonly GrowingMerkleTree _records = new();
    private readonly RecordWriter _recordWriter = new();
    private readonly FrameResponse _response = new();

    public async Task RunAsync(
        IAsyncStreamReader<FrameRequest> frames, IServerStreamWriter<FrameResponse> answers, CancellationToken cancellationToken)
    {
        await answers.WriteAsync(_response.Set(new Wire.DeidentifyStreamResponse { Opened = Opened() }), cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taking = TakeAllAsync(frames, over.Token);
        try
        {
            await foreach (var answer in stream.ReadAllAsync(cancellationToken))
            {
                using (answer)
                {
                    await answers.WriteAsync(ToMessage(answer), cancellationToken);
                }
            }
        }
        finally
        {
            // The client may still be sending into a stream that has ended.
            await over.CancelAsync();
        }

        if (await taking is { } refusal)
        {
            throw refusal;
        }

        if (stream.Ending != StreamEnding.Completed)
        {
            throw MediaRefusals.Of(stream.Ending);
        }

        await answers.WriteAsync(_response.Set(new Wire.DeidentifyStreamResponse { Closed = Closed() }), cancellationToken);
    }

    /// <returns>Why the stream must not end well, or null; only then did the client complete it or the answers' side knows what happened.</returns>
    private async Task<RpcException?> TakeAllAsync(IAsyncStreamReader<FrameRequest> frames, CancellationToken cancellationToken)
    {
        try
        {
            while (await frames.MoveNext(cancellationToken))
            {
                if (frames.Current.Data is not { } data)
                {
                    return Refusal.Invalid("FRAME_EXPECTED", "after open only frames may follow");
                }

                var admission = await stream.WriteAsync(frames.Current.Number, frames.Current.Timestamp, data, cancellationToken);
                if (admission != FrameAdmission.Accepted)
                {
                    return admission == FrameAdmission.StreamEnded ? null : MediaRefusals.Of(admission);
                }
            }

            return null;
        }
        catch (Exception unread) when (unread is InvalidProtocolBufferException or RpcException)
        {
            // The first is an IOException, too: taken for a client that went away, it would end the stream well, with a signed root.
            return Refusal.MessageBroken();
        }
        catch (IOException)
        {
            // The connection broke: frames may be missing, so there is no signed root even where the end looked like one.
            return MediaRefusals.Of(StreamEnding.Cancelled);
        }
        catch (OperationCanceledException)
        {
            // The call is over: what ended it is told by the answers' side.
            return null;
        }
        finally
        {
            stream.Complete();
        }
    }

    private Wire.StreamOpened Opened() => new()
    {
        StreamHandle = ByteString.CopyFrom(stream.Handle.Span),
        LatencyFrames = (uint)stream.LatencyFrames,
        HoldFrames = (uint)stream.HoldFrames,
        Model = RecordMessages.ToMessage(parts.Detector.Model),
        Policy = RecordMessages.ToMessage(parts.Records.Policy),
    };

    /// <summary>The answer and its record stay where they are until they were written.</summary>
    private FrameResponse ToMessage(FrameAnswer answer)
    {
        var record = _recordWriter.Write(answer.Record);
        _records.Append(record.Span);
        return answer.Record.Decision == Decision.Withheld
            ? _response.Set(new Wire.DeidentifyStreamResponse
            {
                Withheld = new Wire.WithheldFrame
                {
                    Number = answer.Number,
                    Timestamp = answer.Timestamp,
                    Reason = (Wire.Reason)answer.Record.Reason,
                    Record = UnsafeByteOperations.UnsafeWrap(record),
                },
            })
            : _response.SetFrame(answer.Number, answer.Timestamp, answer.Data, record);
    }

    private Wire.StreamClosed Closed() => new()
    {
        SignedRecord = UnsafeByteOperations.UnsafeWrap(signer.Sign(new Wire.StreamRecord
        {
            StreamHandle = ByteString.CopyFrom(stream.Handle.Span),
            Frames = (ulong)_records.Count,
            MerkleRoot = UnsafeByteOperations.UnsafeWrap(_records.Root()),
            FramesMasked = (ulong)stream.Counts.Masked,
            FramesWithheld = (ulong)stream.Counts.Withheld,
            ClosedAtUs = RecordMessages.Microseconds(parts.Time.GetUtcNow()),
            Provider = parts.Records.Provider,
        })),
    };
}
