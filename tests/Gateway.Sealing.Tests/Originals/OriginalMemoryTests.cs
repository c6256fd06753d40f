using System.IO.Pipelines;
using Gateway.Sealing.Originals;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Originals;

/// <summary>An original of any size in constant memory. <c>GATEWAY_ORIGINAL_MIB=2048</c> runs it with 2 GiB.</summary>
public sealed class OriginalMemoryTests(ITestOutputHelper output)
{
    private const long GrowthBytesMax = 64L << 20;

    [Fact]
    public async Task Sealing_and_opening_at_once_needs_no_more_memory_for_a_larger_original()
    {
        var bytes = Repeats.Of("GATEWAY_ORIGINAL_MIB", 64) * (1L << 20);
        await RunAsync(1 << 20); // compiled and warm before the first look
        GC.Collect();
        var before = Environment.WorkingSet;

        var (released, peak) = await RunAsync(bytes);

        output.WriteLine($"{bytes >> 20} MiB sealed and opened: resident memory grew by {(peak - before) / 1048576.0:F1} MiB at most");
        Assert.Equal(bytes, released);
        Assert.InRange(peak - before, long.MinValue, GrowthBytesMax);
    }

    private static async Task<(long Released, long Peak)> RunAsync(long bytes)
    {
        var between = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));
        await using var sink = new CheckingSink();
        var sealing = SealAsync(bytes, between.Writer);
        var result = await OriginalOpener.OpenAsync(between.Reader.AsStream(), sink, Some.Beta.Decryption, Some.Alpha.Signers, Some.Time, default);
        await sealing;
        Assert.Equal(OriginalOutcome.Opened, result.Outcome);
        return (result.ReleasedBytes, sink.Peak);
    }

    private static async Task SealAsync(long bytes, PipeWriter target)
    {
        await using var original = new PatternStream(bytes);
        await using var stream = target.AsStream();
        await OriginalSealer.SealAsync(original, stream, SealedOriginal.Context(Some.Beta), Some.Alpha.Signing, [Some.Beta.Encryption], Some.Time, default);
    }

    private static byte Pattern(long position) => (byte)(position ^ (position >> 16) ^ (position >> 31));

    /// <summary>So many bytes, none of them kept anywhere.</summary>
    private sealed class PatternStream(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _position);
            for (var i = 0; i < read; i++)
            {
                buffer[offset + i] = Pattern(_position + i);
            }

            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Keeps nothing; looks at every byte, and now and then at the memory of the process.</summary>
    private sealed class CheckingSink : MemoryStream
    {
        private const long LookEveryBytes = 4 << 20;
        private long _position;
        private long _nextLook;

        public long Peak { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            foreach (var value in buffer.Span)
            {
                Assert.True(value == Pattern(_position), "a byte came back changed");
                _position++;
            }

            if (_position >= _nextLook)
            {
                _nextLook += LookEveryBytes;
                Peak = Math.Max(Peak, Environment.WorkingSet);
            }

            return ValueTask.CompletedTask;
        }
    }
}
