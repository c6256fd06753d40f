using System.Security.Cryptography;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Video;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Gateway.Server.Hosting;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>De-identifies one video file into a file of another name, with the records of its frames and the record of the whole beside it.</summary>
internal sealed class VideoFileRun(MediaEngine engine, SigningKey? signing, MediaTools tools, Action<VideoProgress> onProgress)
{
    /// <summary>Ending of the file with the records of all frames.</summary>
    public const string RecordsEnding = ".records";

    /// <summary>
    /// Nothing is at its name before everything is there: 1 masked frames and their records go into parts, 2 the records get their names, 3 the video.
    /// A record without its video harms nobody; the other way round could not be verified.
    /// </summary>
    public async Task<VideoAnswer> RunAsync(VideoJob job, CancellationToken cancellationToken)
    {
        var (videoPart, recordsPart) = (job.Target + ".part", job.Target + RecordsEnding + ".part");
        try
        {
            // 1
            var tree = new GrowingMerkleTree();
            VideoAnswer answer;
            await using (var records = File.Create(recordsPart))
            {
                answer = await new VideoDeidentifier(engine.Parts, tools).DeidentifyAsync(
                    job,
                    videoPart,
                    record =>
                    {
                        var bytes = record.ToMessage().ToByteString();
                        tree.Append(bytes.Span);
                        StreamRecordFile.Append(records, bytes);
                    },
                    onProgress,
                    cancellationToken);
            }

            if (answer.Outcome != VideoOutcome.Deidentified)
            {
                return answer;
            }

            // 2
            RecordFile.Write(job.Target, await RecordOfAsync(answer, tree, videoPart, cancellationToken), signing);
            File.Move(recordsPart, job.Target + RecordsEnding, overwrite: true);

            // 3
            File.Move(videoPart, job.Target, overwrite: true);
            return answer;
        }
        finally
        {
            File.Delete(videoPart);
            File.Delete(recordsPart);
        }
    }

    private async Task<StreamRecord> RecordOfAsync(VideoAnswer answer, GrowingMerkleTree tree, string path, CancellationToken cancellationToken)
    {
        await using var media = File.OpenRead(path);
        return new StreamRecord
        {
            StreamHandle = ByteString.CopyFrom(answer.Handle.Span),
            Frames = (ulong)tree.Count,
            MerkleRoot = UnsafeByteOperations.UnsafeWrap(tree.Root()),
            FramesMasked = (ulong)answer.Counts.Masked,
            FramesWithheld = (ulong)answer.Counts.Withheld,
            ClosedAtUs = RecordMessages.Microseconds(engine.Parts.Time.GetUtcNow()),
            Provider = engine.Parts.Records.Provider,
            MediaSha256 = UnsafeByteOperations.UnsafeWrap(await SHA256.HashDataAsync(media, cancellationToken)),
        };
    }
}
