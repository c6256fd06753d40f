using System.CommandLine;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Server.Commands;
using Gateway.Server.Endpoints;
using Gateway.Server.Hosting;

namespace Gateway.Server.Evaluation;

/// <summary>Sends labelled pictures through the real paths and adds up what is left of their faces. One picture after the other.</summary>
internal sealed class EvaluationRun
{
    private const int ProgressEvery = 25;

    private readonly EvaluationJob _job;
    private readonly MediaEngine _engine;
    private readonly InvocationConfiguration _console;
    private readonly ReidentificationAttack? _attack;
    private readonly EvaluationTally _tally = new();
    private readonly WorstCases _worst;
    private readonly ClosedPictures _closed = new();
    private readonly List<string> _refused = [];
    private int _unlabelled;
    private int _facesGiven;
    private int _facesSeen;

    /// <param name="job">What is to be evaluated.</param>
    /// <param name="engine">The engine of a node.</param>
    /// <param name="attack">A recogniser that tries itself on the outputs, or none.</param>
    /// <param name="console">Where progress goes.</param>
    public EvaluationRun(EvaluationJob job, MediaEngine engine, ReidentificationAttack? attack, InvocationConfiguration console)
    {
        (_job, _engine, _attack, _console) = (job, engine, attack, console);
        _worst = new WorstCases(engine.Parts.Codec, job.IsDrawn);
    }

    /// <param name="labels">Labels of the folder; null where pictures are drawn.</param>
    /// <param name="cancellationToken">Ends the work without figures.</param>
    /// <exception cref="InvalidDataException">A sequence cannot be evaluated; the message has a remedy.</exception>
    public async Task<EvaluationSummary> RunAsync(LabelFile? labels, CancellationToken cancellationToken)
    {
        if (_job.IsSequence)
        {
            await RunSequencesAsync(labels, cancellationToken);
        }
        else
        {
            await RunStillsAsync(labels, cancellationToken);
        }

        return new EvaluationSummary(
            _job, _tally, _worst, _engine.Parts.Detector.Model, _closed, _refused, _unlabelled, _facesGiven - _facesSeen, _attack?.Run(), _engine.Parts.Time.GetUtcNow());
    }

    private async Task RunSequencesAsync(LabelFile? labels, CancellationToken cancellationToken)
    {
        var evaluation = new SequenceEvaluation(_engine.Parts, _job.StreamProfile, _job.Redaction);
        var sequences = labels is null
            ? PictureSource.DrawnClips.Select(clip => (clip.Name, clip.Frames, Pictures: PictureSource.DrawnClip(clip.Scale)))
            : PictureSource.GroupsOf(_job.Folder).Select(group => (group.Name, Frames: group.Files.Count, Pictures: PictureSource.Frames(_job.Folder, group, labels, _engine.Parts.Codec)));
        foreach (var (name, frames, pictures) in sequences)
        {
            var progress = Progress(frames);
            await evaluation.RunAsync(
                name,
                Given(name, pictures),
                output =>
                {
                    Take(output);
                    progress?.Step(output.Name, "");
                },
                cancellationToken);
            _console.Output.WriteLine($"{name}: {frames} frames evaluated");
        }
    }

    private async Task RunStillsAsync(LabelFile? labels, CancellationToken cancellationToken)
    {
        var evaluation = new StillEvaluation(_engine.Stills, _engine.Parts.Codec, _job.Redaction);
        var (number, stills) = (0, labels is null ? DrawnFiles() : LabelledFiles(labels));
        var progress = Progress(labels?.Faces.Count ?? PictureSource.DrawnStills().Count());
        foreach (var (name, file, faces) in stills)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SeeClear(name, number, file, faces);
            var (output, answer) = await evaluation.RunAsync(name, number++, file, faces, cancellationToken);
            if (output is null)
            {
                _refused.Add($"{name}: {(answer.Outcome == StillOutcome.FileRefused ? MediaRefusals.Describe(answer.Media).Sentence : MediaRefusals.Of(answer).Status.Detail)}");
            }
            else
            {
                _facesGiven += faces.Count;
                Take(output);
            }

            progress?.Step(name, "");
        }
    }

    private void Take(EvaluatedOutput output)
    {
        _facesSeen += output.Sighting.Faces.Count;
        _tally.Add(output.Sighting);
        _worst.Add(output);
        _closed.Add(output);
        _attack?.SeeOutput(output);
    }

    private void SeeClear(string name, int number, byte[] file, IReadOnlyList<LabelledFace> faces)
    {
        if (_attack is null)
        {
            return;
        }

        using var clear = _engine.Parts.Codec.Decode(file, new MediaLimits());
        if (clear.IsDecoded)
        {
            _attack.SeeClear("", number, new EvaluatedPicture(name, clear.Image, faces));
        }
    }

    private IEnumerable<EvaluatedPicture> Given(string sequence, IEnumerable<EvaluatedPicture> pictures)
    {
        var number = 0;
        foreach (var picture in pictures)
        {
            _attack?.SeeClear(sequence, number++, picture);
            _facesGiven += picture.Faces?.Count ?? 0;
            _unlabelled += picture.Faces is null ? 1 : 0;
            yield return picture;
        }
    }

    private IEnumerable<(string Name, byte[] File, IReadOnlyList<LabelledFace> Faces)> LabelledFiles(LabelFile labels)
    {
        _unlabelled = PictureSource.GroupsOf(_job.Folder).Sum(group => group.Files.Count(file => !labels.Faces.ContainsKey(file)));
        foreach (var (file, faces) in labels.Faces.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var path = Path.Combine(_job.Folder, file);
            if (new FileInfo(path).Length > new MediaLimits().ImageBytesMax)
            {
                _refused.Add($"{file}: {MediaRefusals.Describe(MediaOutcome.TooManyBytes).Sentence}");
            }
            else
            {
                yield return (file, File.ReadAllBytes(path), faces);
            }
        }
    }

    private IEnumerable<(string Name, byte[] File, IReadOnlyList<LabelledFace> Faces)> DrawnFiles()
    {
        foreach (var picture in PictureSource.DrawnStills())
        {
            using (picture)
            {
                yield return (picture.Name, _engine.Parts.Codec.Encode(picture.Image, new StillTraits(StillFormat.Jpeg)), picture.Faces!);
            }
        }
    }

    /// <summary>A line that is rewritten; where output goes to a file, none: a line for every frame helps nobody.</summary>
    private ProgressLine? Progress(int total) =>
        Console.IsOutputRedirected || total < ProgressEvery / 5 ? null : new ProgressLine(_console.Output, total, onTerminal: true);
}
