using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>How a raw call ended.</summary>
internal sealed record RawEnd(StatusCode Status, string Code, string Detail, IReadOnlyList<Wire.DeidentifyStreamResponse> Answers);

/// <summary>Calls spoken byte by byte: a gRPC client would not send what is broken.</summary>
internal static class RawCall
{
    private const int FrameHeaderBytes = 5;

    public static byte[] Message(IMessage message)
    {
        var framed = new byte[FrameHeaderBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - FrameHeaderBytes);
        message.WriteTo(framed.AsSpan(FrameHeaderBytes));
        return framed;
    }

    /// <summary>Sends these bytes as the whole body of a call.</summary>
    public static async Task<RawEnd> SendAsync(MediaNode node, string method, byte[] body)
    {
        var http = node.OpenHttp(node.LoadIdentity(node.Keys, "media-backend").Context);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.BackendAddress, "/gateway.deidentification.v1.Deidentification/" + method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await http.SendAsync(request, default);
        var answers = Parse(await response.Content.ReadAsByteArrayAsync());
        var status = (StatusCode)int.Parse(Find(response, "grpc-status"), CultureInfo.InvariantCulture);
        return new RawEnd(status, Find(response, "gateway-code"), Find(response, "grpc-message"), answers);
    }

    private static List<Wire.DeidentifyStreamResponse> Parse(byte[] body)
    {
        var answers = new List<Wire.DeidentifyStreamResponse>();
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            answers.Add(Wire.DeidentifyStreamResponse.Parser.ParseFrom(body, at + FrameHeaderBytes, length));
            at += FrameHeaderBytes + length;
        }

        return answers;
    }

    private static string Find(HttpResponseMessage response, string name) =>
        (response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)) ? Uri.UnescapeDataString(values.First()) : "";
}
