using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>What a client of a stream got.</summary>
internal sealed record StreamResult(
    Wire.StreamOpened? Opened, IReadOnlyList<Wire.DeidentifyStreamResponse> Answers, Wire.StreamClosed? Closed, RpcException? Refusal)
{
    public IReadOnlyList<ulong> Numbers => [.. Answers.Select(answer => answer.Frame?.Number ?? answer.Withheld.Number)];
}

/// <summary>Sends messages on a stream and collects every answer to the end.</summary>
internal static class StreamCall
{
    public static async Task<StreamResult> RunAsync(
        Wire.Deidentification.DeidentificationClient client, IEnumerable<Wire.DeidentifyStreamRequest> requests, CallOptions options = default)
    {
        using var call = client.DeidentifyStream(options);
        var sending = SendAsync(call.RequestStream, requests);
        var result = await ReadAsync(call.ResponseStream);
        await sending;
        return result;
    }

    /// <summary>Sends as long as the node takes; what ended the stream is told by the answers' side.</summary>
    public static async Task SendAsync(IClientStreamWriter<Wire.DeidentifyStreamRequest> stream, IEnumerable<Wire.DeidentifyStreamRequest> requests, Action? sent = null)
    {
        try
        {
            foreach (var request in requests)
            {
                await stream.WriteAsync(request);
                sent?.Invoke();
            }

            await stream.CompleteAsync();
        }
        catch (Exception over) when (over is RpcException or InvalidOperationException or IOException)
        {
            // The node ended the stream, or its own life, while we were sending.
        }
    }

    public static async Task<StreamResult> ReadAsync(IAsyncStreamReader<Wire.DeidentifyStreamResponse> stream)
    {
        var result = new StreamResult(null, [], null, null);
        var answers = new List<Wire.DeidentifyStreamResponse>();
        try
        {
            while (await stream.MoveNext(default))
            {
                result = result with { Opened = stream.Current.Opened ?? result.Opened, Closed = stream.Current.Closed ?? result.Closed };
                if (stream.Current.Frame is not null || stream.Current.Withheld is not null)
                {
                    answers.Add(stream.Current);
                }
            }
        }
        catch (RpcException refusal)
        {
            result = result with { Refusal = refusal };
        }

        return result with { Answers = answers };
    }
}
