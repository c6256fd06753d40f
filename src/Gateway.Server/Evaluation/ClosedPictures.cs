using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Records;

namespace Gateway.Server.Evaluation;

/// <summary>Which pictures were masked whole or not sent, and why: the first few of each reason, so that memory does not grow with the set.</summary>
internal sealed class ClosedPictures
{
    /// <summary>Names kept for each reason.</summary>
    private const int NamesMax = 12;

    private readonly Dictionary<Reason, List<string>> _names = [];

    /// <summary>Takes note of an output that was closed.</summary>
    public void Add(EvaluatedOutput output)
    {
        if (!output.Sighting.IsClosed)
        {
            return;
        }

        if (!_names.TryGetValue(output.Sighting.Reason, out var names))
        {
            _names[output.Sighting.Reason] = names = [];
        }

        if (names.Count < NamesMax)
        {
            names.Add(output.Name);
        }
    }

    /// <summary>Names of the first pictures closed for a reason.</summary>
    public IReadOnlyList<string> NamesOf(Reason reason) => _names.TryGetValue(reason, out var names) ? names : [];
}
