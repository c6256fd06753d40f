namespace Gateway.Deidentification.Models;

/// <summary>Under which terms a model comes; free text except what says <see cref="CommercialUse"/>.</summary>
/// <param name="Code">Licence of the code that made the model.</param>
/// <param name="Weights">Licence of the weights.</param>
/// <param name="TrainingData">What is known about the pictures the weights were trained on.</param>
/// <param name="CommercialUse">Whether commercial use of the weights was cleared.</param>
/// <param name="TrainingDataCommercialUse">
/// Whether the pictures they were trained on were cleared for it; a manifest that does not say so leaves it open. Weights may be licensed
/// freely and still have been made from pictures that nobody may use.
/// </param>
public sealed record ModelLicence(string Code, string Weights, string TrainingData, CommercialUse CommercialUse, CommercialUse TrainingDataCommercialUse);

/// <summary>Whether commercial use of a model was cleared.</summary>
public enum CommercialUse
{
    /// <summary>Cleared.</summary>
    Yes,

    /// <summary>Not cleared yet: somebody has to look at it.</summary>
    Review,

    /// <summary>Forbidden.</summary>
    No,
}
