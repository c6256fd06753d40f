namespace Gateway.Deidentification.Policies;

/// <summary>
/// Everything in a picture that may tell who somebody is. A policy says about each what is done, or why nothing is: what nobody thought of is
/// what identifies (Rec. ITU-T X.1148 clause 7.2).
/// </summary>
public enum IdentifierClass
{
    /// <summary>Faces.</summary>
    Face,

    /// <summary>Whole heads: hair, ears, shape, also from behind.</summary>
    Head,

    /// <summary>Detail of the iris.</summary>
    Iris,

    /// <summary>Whole bodies.</summary>
    Body,

    /// <summary>The way somebody walks.</summary>
    Gait,

    /// <summary>Tattoos and scars.</summary>
    Tattoo,

    /// <summary>Clothing.</summary>
    Clothing,

    /// <summary>Licence plates.</summary>
    LicencePlate,

    /// <summary>Writing.</summary>
    Text,

    /// <summary>Screens and displays.</summary>
    Screen,

    /// <summary>Badges and cards.</summary>
    Badge,

    /// <summary>Reflections of any of these.</summary>
    Reflection,

    /// <summary>The place.</summary>
    Scene,

    /// <summary>Who is with somebody.</summary>
    Companion,
}
