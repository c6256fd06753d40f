using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;

namespace Gateway.Deidentification.Evaluation;

/// <summary>Evaluates the still path, file in and file out, one picture after the other.</summary>
public sealed class StillEvaluation(StillDeidentifier stills, IStillCodec codec, RedactionChoice redaction)
{
    /// <summary>Evaluates one file.</summary>
    /// <returns>The output, or why the picture was refused; a refused picture leaves nothing and is in no figure.</returns>
    public async Task<(EvaluatedOutput? Output, StillAnswer Answer)> RunAsync(
        string name, int number, byte[] file, IReadOnlyList<LabelledFace> faces, CancellationToken cancellationToken)
    {
        var answer = await stills.DeidentifyAsync(file, redaction, cancellationToken);
        if (answer.Outcome != StillOutcome.Deidentified)
        {
            return (null, answer);
        }

        using var output = codec.Decode(answer.File.Span, new MediaLimits());
        if (!output.IsDecoded)
        {
            throw new InvalidOperationException("An output of the still path does not decode.");
        }

        var cover = CoverMap.Of(answer.Mask!);
        var sighting = new PictureSighting("", number, answer.Record!.Decision, answer.Record.Reason, cover.Share, Sightings.Of(faces, cover));
        return (new EvaluatedOutput(name, sighting, cover, output.Image.Bytes.ToArray()), answer);
    }
}

/// <summary>Looks at labelled faces through the cover of an output.</summary>
internal static class Sightings
{
    /// <summary>A face that lies wholly outside the picture is not there and is left out.</summary>
    public static List<FaceSighting> Of(IReadOnlyList<LabelledFace> faces, CoverMap cover)
    {
        var sightings = new List<FaceSighting>(faces.Count);
        foreach (var face in faces)
        {
            if (cover.ShareOf(CoverMap.CoreOf(face.Box)) is { } share)
            {
                sightings.Add(new FaceSighting(face, share));
            }
        }

        return sightings;
    }
}
