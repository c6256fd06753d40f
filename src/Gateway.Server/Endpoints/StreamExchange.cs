using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Server.Hosting;
using Gateway.Server.Records;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>
/// One stream on the wire: frames in and answers out at the same time, every answer with its record, a signed root over all records so far
/// every few seconds, and one at a good end. A stream that ends in any other way has no closing root.
/// </summary>
internal sealed class StreamExchange(StreamDeidentifier stream, PipelineParts parts, RecordSigner signer, TimeSpan checkpointInterval, StreamExplanations.Kept kept) : IDisposable
{
    private readonly StreamLedger _ledger = new(stream.Handle, parts.Records.Provider, signer, parts.Time);
    private readonly RecordWriter _records = new();
    private readonly FrameResponse _response = new();

    /// <summary>Answers and checkpoints share one writer, and a root must cover exactly what was sent before it.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public async Task RunAsync(
        IAsyncStreamReader<FrameRequest> frames, IServerStreamWriter<FrameResponse> answers, CancellationToken cancellationToken)
    {
        await answers.WriteAsync(_response.Set(new Wire.DeidentifyStreamResponse { Opened = OpenedMessage.Of(stream, parts) }), cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taking = TakeAllAsync(frames, over.Token);
        var signing = SignCheckpointsAsync(answers, over.Token, cancellationToken);
        try
        {
            await foreach (var answer in stream.ReadAllAsync(cancellationToken))
            {
                using (answer)
                {
                    await SendAsync(answers, answer, cancellationToken);
                }
            }
        }
        finally
        {
            // The client may still be sending into a stream that has ended.
            await over.CancelAsync();
            await signing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A root that could not be signed is no reason to stop masking, but such a stream must not end well.
        await signing;

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

    public void Dispose() => _turn.Dispose();

    /// <summary>Every so often, and only where there are answers that no root speaks of yet.</summary>
    /// <param name="answers">Where roots go.</param>
    /// <param name="over">Cancelled when no more roots are wanted; one that is being written is written to its end.</param>
    /// <param name="cancellationToken">Cancelled when the call is over.</param>
    private async Task SignCheckpointsAsync(IServerStreamWriter<FrameResponse> answers, CancellationToken over, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(checkpointInterval, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                await SendAsync(answers, null, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
    }

    /// <summary>Sends an answer, or a checkpoint where it is null.</summary>
    private async ValueTask SendAsync(IServerStreamWriter<FrameResponse> answers, FrameAnswer? answer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (answer is not null)
            {
                await answers.WriteAsync(ToMessage(answer), cancellationToken);
            }
            else if (_ledger.HasUnsigned)
            {
                await answers.WriteAsync(Checkpoint(), cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
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

    /// <summary>The answer and its record stay where they are until they were written.</summary>
    private FrameResponse ToMessage(FrameAnswer answer)
    {
        var record = _records.Write(answer.Record);
        _ledger.Append(record.Span, answer.Record.Decision, answer.Record.IsChecked, answer.Record.Escapes);
        kept.Add(answer.Record);
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

    private FrameResponse Checkpoint() => _response.Set(new Wire.DeidentifyStreamResponse
    {
        Checkpoint = new Wire.StreamCheckpoint { SignedRecord = UnsafeByteOperations.UnsafeWrap(_ledger.Checkpoint()) },
    });

    private Wire.StreamClosed Closed() => new() { SignedRecord = UnsafeByteOperations.UnsafeWrap(_ledger.Close()) };
}
