using System.Security.Cryptography;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Video;
using Gateway.Sealing.Keys;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary>De-identifies one video file into a file of another name, with the evidence of its frames beside it: signed where there is a key.</summary>
internal sealed class VideoFileRun(MediaEngine engine, SigningKey? signing, MediaTools tools, Action<VideoProgress> onProgress)
{
    /// <summary>Ending of the file with the records of all frames and, where there is a key, the signed roots over them.</summary>
    public const string EvidenceEnding = ".evidence";

    /// <summary>Frames masked whole so far, by reason.</summary>
    public SortedDictionary<Reason, long> ClosedBy { get; } = [];

    /// <summary>
    /// Nothing is at its name before everything is there: 1 masked frames and their records go into parts, 2 the records get their names, 3 the video.
    /// Evidence without its video harms nobody; a video without evidence could not be verified.
    /// </summary>
    public async Task<VideoAnswer> RunAsync(VideoJob job, CancellationToken cancellationToken)
    {
        var (videoPart, evidencePart) = (job.Target + ".part", job.Target + EvidenceEnding + ".part");
        try
        {
            // 1
            var (answer, root) = await WriteAsync(job, videoPart, evidencePart, cancellationToken);
            if (answer.Outcome != VideoOutcome.Deidentified)
            {
                return answer;
            }

            // 2
            if (root is not null)
            {
                RecordFile.WriteWhole(job.Target + RecordFile.UnsignedEnding, root);
            }

            File.Move(evidencePart, job.Target + EvidenceEnding, overwrite: true);

            // 3
            File.Move(videoPart, job.Target, overwrite: true);
            return answer;
        }
        finally
        {
            File.Delete(videoPart);
            File.Delete(evidencePart);
        }
    }

    private void Append(VideoEvidence evidence, DeidentificationRecord record)
    {
        evidence.Append(record);
        if (record.Decision == Decision.FrameMasked)
        {
            ClosedBy[record.Reason] = ClosedBy.GetValueOrDefault(record.Reason) + 1;
        }
    }

    /// <returns>What became of the video, and the root over its records where nobody signs one.</returns>
    private async Task<(VideoAnswer Answer, byte[]? UnsignedRoot)> WriteAsync(VideoJob job, string videoPart, string evidencePart, CancellationToken cancellationToken)
    {
        using var evidence = new VideoEvidence(evidencePart, engine, signing);
        var answer = await new VideoDeidentifier(engine.Parts, tools).DeidentifyAsync(job, videoPart, record => Append(evidence, record), onProgress, cancellationToken);
        if (answer.Outcome != VideoOutcome.Deidentified)
        {
            return (answer, null);
        }

        await using var media = File.OpenRead(videoPart);
        return (answer, evidence.Close(await SHA256.HashDataAsync(media, cancellationToken), answer.Sound));
    }
}
