namespace Gateway.Server.Configuration;

/// <summary>What a node is run for, as far as licences ask.</summary>
internal enum Deployment
{
    /// <summary>Trials: any model may be used.</summary>
    Evaluation,

    /// <summary>Business: only models whose weights and training data were cleared for it, or for which a waiver was written.</summary>
    Commercial,
}
