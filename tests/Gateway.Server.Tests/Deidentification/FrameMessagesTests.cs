using System.Buffers;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Gateway.Server.Endpoints;
using Gateway.Server.Records;
using Gateway.TestKit;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>The messages of a stream that we read and write ourselves, against the generated ones, byte for byte.</summary>
public sealed class FrameMessagesTests
{
    private static readonly ulong[] Numbers = [0, 1, 127, 128, 16_383, 16_384, uint.MaxValue, long.MaxValue, ulong.MaxValue];
    private static readonly int[] Lengths = [0, 1, 127, 128, 5_000, 300_000];

    [Fact]
    public void A_frame_is_read_as_the_generated_message_reads_it_however_it_is_cut()
    {
        var random = new SeededGenerator(11);
        foreach (var (number, length) in Numbers.SelectMany(number => Lengths.Select(length => (number, length))))
        {
            var data = new byte[length];
            random.Fill(data);
            var sent = new Wire.DeidentifyStreamRequest { Frame = new Wire.Frame { Number = number, Timestamp = (long)~number, Data = ByteString.CopyFrom(data) } };

            AssertSame(sent.ToByteArray(), random);
        }
    }

    public static TheoryData<string, string> Unusual => new()
    {
        { "no message at all", "" },
        { "an empty frame", "1200" },
        { "data before number", "12051A016108 07" },
        { "a field twice: the last counts", "120408070809" },
        { "data twice", "12061A01611A0162" },
        { "an unknown field inside", "1204080778 05" },
        { "an unknown field behind the frame", "1202080778 05" },
        { "the frame twice: fields merge", "1202080712021005" },
        { "an opening", "0A020804" },
        { "an opening, then a frame: the last counts", "0A02080412020807" },
        { "a number in more bytes than it needs", "1204088780 00" },
        { "a length in more bytes than it needs", "128200 0807" },
        { "a group inside", "12047B08017C" },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public void An_unusual_message_is_read_as_the_generated_message_reads_it(string name, string hex)
    {
        Assert.NotEmpty(name);
        AssertSame(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), new SeededGenerator(5));
    }

    [Theory]
    [InlineData("12")]
    [InlineData("120208")]
    [InlineData("12031A0561")]
    [InlineData("120B08FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("12FFFFFFFF0F")]
    [InlineData("12021AFFFFFFFF7F")]
    [InlineData("1203000807")]
    [InlineData("120107")]
    public void Bytes_that_are_no_message_are_refused_as_the_generated_message_refuses_them(string hex)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.ThrowsAny<InvalidProtocolBufferException>(() => Wire.DeidentifyStreamRequest.Parser.ParseFrom(bytes));
        Assert.ThrowsAny<InvalidProtocolBufferException>(() => FrameRequest.Parse(new ReadOnlySequence<byte>(bytes)));
    }

    [Fact]
    public void Mutated_messages_are_read_or_refused_alike()
    {
        var random = new SeededGenerator(17);
        var original = new Wire.DeidentifyStreamRequest { Frame = new Wire.Frame { Number = 300, Timestamp = -2, Data = ByteString.CopyFromUtf8("a frame of pixels") } }.ToByteArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(0, bytes.Length)] = (byte)random.Next();
            }

            AssertSame(bytes[..random.Next(1, bytes.Length + 1)], random);
        }
    }

    [Fact]
    public void A_frame_is_written_as_the_generated_message_writes_it()
    {
        var random = new SeededGenerator(23);
        var response = new FrameResponse();
        foreach (var (number, length) in Numbers.SelectMany(number => Lengths.Select(length => (number, length))))
        {
            var (data, record) = (new byte[length], new byte[random.Next(0, 3) * 90]);
            random.Fill(data);
            random.Fill(record);
            var expected = new Wire.DeidentifyStreamResponse
            {
                Frame = new Wire.DeidentifiedFrame { Number = number, Timestamp = (long)~number, Data = ByteString.CopyFrom(data), Record = ByteString.CopyFrom(record) },
            };

            Assert.Equal(expected.ToByteArray(), Written(response.SetFrame(number, (long)~number, data, record)));
        }
    }

    [Fact]
    public void Any_other_answer_is_written_as_it_is()
    {
        var opened = new Wire.DeidentifyStreamResponse { Opened = new Wire.StreamOpened { LatencyFrames = 5, StreamHandle = ByteString.CopyFromUtf8("0123456789abcdef") } };

        Assert.Equal(opened.ToByteArray(), Written(new FrameResponse().SetFrame(1, 2, new byte[3], new byte[4]).Set(opened)));
    }

    [Fact]
    public void Records_written_one_after_the_other_have_the_bytes_that_each_has_alone()
    {
        var writer = new RecordWriter();
        var random = new SeededGenerator(3);
        foreach (var regions in (int[])[2, 0, 50, 3, 50, 1])
        {
            var record = Record(random, regions);

            Assert.Equal(record.ToMessage().ToByteArray(), writer.Write(record).ToArray());
            Assert.Equal(record.Regions.Select(region => (region.IsBridged, region.IsOutlined)), record.ToMessage().Regions.Select(region => (region.Bridged, region.Outlined)));
        }
    }

    private static void AssertSame(byte[] bytes, SeededGenerator random)
    {
        Wire.DeidentifyStreamRequest? expected = null;
        try
        {
            expected = Wire.DeidentifyStreamRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            Assert.ThrowsAny<InvalidProtocolBufferException>(() => FrameRequest.Parse(Cut(bytes, random)));
            return;
        }

        var read = FrameRequest.Parse(Cut(bytes, random));

        Assert.Equal(expected.Open, read.Open);
        Assert.Equal(expected.Frame is null, read.Data is null);
        if (expected.Frame is { } frame)
        {
            Assert.Equal((frame.Number, frame.Timestamp), (read.Number, read.Timestamp));
            Assert.True(frame.Data.Span.SequenceEqual(read.Data!.Bytes), "other bytes");
            read.Data.Dispose();
        }
    }

    /// <summary>The bytes in up to three pieces, as they come from a connection.</summary>
    private static ReadOnlySequence<byte> Cut(byte[] bytes, SeededGenerator random)
    {
        var (one, other) = (random.Next(0, bytes.Length + 1), random.Next(0, bytes.Length + 1));
        var first = new Piece(bytes.AsMemory(0, Math.Min(one, other)), null);
        var second = new Piece(bytes.AsMemory(Math.Min(one, other)..Math.Max(one, other)), first);
        var third = new Piece(bytes.AsMemory(Math.Max(one, other)), second);
        return new ReadOnlySequence<byte>(first, 0, third, third.Memory.Length);
    }

    private static byte[] Written(FrameResponse response)
    {
        var context = new WrittenContext();
        FrameResponse.Marshaller.ContextualSerializer(response, context);
        Assert.Equal(context.PayloadLength, context.Writer.WrittenCount);
        Assert.True(context.IsComplete);
        return context.Writer.WrittenSpan.ToArray();
    }

    private static DeidentificationRecord Record(SeededGenerator random, int regions) => new()
    {
        RecordId = random.Bytes(16),
        StreamHandle = random.Bytes(16),
        FrameNumber = random.Next(),
        Timestamp = (long)random.Next(),
        Policy = new PolicyReference("policy", random.Next(1, 9)),
        Technique = RedactionTechnique.Mosaic,
        StrengthClass = StrengthClass.BoundedLeak,
        Model = new ModelReference("model", "1", random.Bytes(32), "CPU"),
        Decision = Decision.RegionsMasked,
        Reason = Reason.None,
        Regions = [.. Enumerable.Range(0, regions).Select(at => new RegionRecord(
            new RegionBox(at, random.NextSingle(0, 9), 3, 4), new PixelRect(at, 1, at + 16, 17), 0.5f, at % 3 == 0 ? TrackHandle.None : TrackHandle.Draw(), at % 2 == 0,
            at % 5 == 0 ? RegionClass.Person : RegionClass.Face, IsOutlined: random.Next(0, 2) == 0))],
        OutputSha256 = random.Bytes(32),
        SourceKeyedDigest = random.Bytes(32),
        DecidedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
        Provider = "alpha",
    };

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }

    private sealed class WrittenContext : SerializationContext
    {
        public ArrayBufferWriter<byte> Writer { get; } = new();

        public int PayloadLength { get; private set; }

        public bool IsComplete { get; private set; }

        public override void SetPayloadLength(int payloadLength) => PayloadLength = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => Writer;

        public override void Complete() => IsComplete = true;
    }
}
