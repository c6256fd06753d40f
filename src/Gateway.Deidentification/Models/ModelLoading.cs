namespace Gateway.Deidentification.Models;

/// <summary>What <see cref="ModelFile.Load"/> answered.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Findings">Every rule that was broken, for the operator; empty when trusted.</param>
/// <param name="Model">The model, when <paramref name="Outcome"/> is <see cref="ModelOutcome.Trusted"/>.</param>
public sealed record ModelLoading(ModelOutcome Outcome, IReadOnlyList<string> Findings, TrustedModel? Model);
