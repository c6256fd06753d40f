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

    public async Task RunAsync(
        IAsyncStreamReader<Wire.DeidentifyStreamRequest> frames, IServerStreamWriter<Wire.DeidentifyStreamResponse> answers, CancellationToken cancellationToken)
    {
        await answers.WriteAsync(new Wire.DeidentifyStreamResponse { Opened = OpenedMessage.Of(stream, parts) }, cancellationToken);
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

        await answers.WriteAsync(new Wire.DeidentifyStreamResponse { Closed = Closed() }, cancellationToken);
    }

    /// <returns>Why the stream must not end well, or null; only then did the client complete it or the answers' side knows what happened.</returns>
    private async Task<RpcException?> TakeAllAsync(IAsyncStreamReader<Wire.DeidentifyStreamRequest> frames, CancellationToken cancellationToken)
    {
        try
        {
            while (await frames.MoveNext(cancellationToken))
            {
                if (frames.Current.Frame is not { } frame)
                {
                    return Refusal.Invalid("FRAME_EXPECTED", "after open only frames may follow");
                }

                var admission = await stream.WriteAsync(frame.Number, frame.Timestamp, frame.Data.Memory, cancellationToken);
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

    private Wire.DeidentifyStreamResponse ToMessage(FrameAnswer answer)
    {
        var record = answer.Record.ToMessage().ToByteArray();
        _records.Append(record);
        if (answer.Record.Decision == Decision.Withheld)
        {
            return new Wire.DeidentifyStreamResponse
            {
                Withheld = new Wire.WithheldFrame
                {
                    Number = answer.Number,
                    Timestamp = answer.Timestamp,
                    Reason = (Wire.Reason)answer.Record.Reason,
                    Record = UnsafeByteOperations.UnsafeWrap(record),
                },
            };
        }

        return new Wire.DeidentifyStreamResponse
        {
            Frame = new Wire.DeidentifiedFrame
            {
                Number = answer.Number,
                Timestamp = answer.Timestamp,

                // Wrapped, not copied: the writer serializes it before the answer is disposed.
                Data = UnsafeByteOperations.UnsafeWrap(answer.Data),
                Record = UnsafeByteOperations.UnsafeWrap(record),
            },
        };
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
