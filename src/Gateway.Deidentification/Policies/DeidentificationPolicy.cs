using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Policies;

/// <summary>What is done about every class of identifier, under a name and version that stand in every record.</summary>
/// <param name="Reference">Name and version.</param>
/// <param name="Rules">A rule for each class.</param>
public sealed record DeidentificationPolicy(PolicyReference Reference, IReadOnlyDictionary<IdentifierClass, IdentifierRule> Rules)
{
    private static readonly IdentifierRule Mask = new(IdentifierAction.Mask, null, string.Empty);

    private static readonly IdentifierRule NotLookedFor = new(IdentifierAction.None, null, "no model of this node looks for it");

    /// <summary>
    /// The policy in force while the configured one cannot be read: everything any model finds is masked, and only irreversibly. What the
    /// unreadable one allowed nobody can know.
    /// </summary>
    public static DeidentificationPolicy Strictest { get; } = new(
        new PolicyReference("strictest", 1), Enum.GetValues<IdentifierClass>().ToDictionary(identifier => identifier, _ => Mask));

    /// <summary>True where only techniques that nobody can reverse may be asked for.</summary>
    public bool IsStrictest => ReferenceEquals(this, Strictest);

    /// <summary>The policy where none is configured: everything that a model looks for is masked.</summary>
    public static DeidentificationPolicy Default(PolicyReference reference, IRegionDetector detector)
    {
        ArgumentNullException.ThrowIfNull(detector);
        return new(reference, Enum.GetValues<IdentifierClass>().ToDictionary(
            identifier => identifier, identifier => RegionOf(identifier) is { } region && detector.Finds(region) ? Mask : NotLookedFor));
    }

    /// <summary>True where regions of a class are masked.</summary>
    public bool Masks(RegionClass regionClass) => Rules.Any(rule => RegionOf(rule.Key) == regionClass && rule.Value.Action == IdentifierAction.Mask);

    /// <summary>The class of regions that models can look for, or null where there is none.</summary>
    internal static RegionClass? RegionOf(IdentifierClass identifier) => identifier switch
    {
        IdentifierClass.Face => RegionClass.Face,
        IdentifierClass.Head => RegionClass.Head,
        IdentifierClass.Body => RegionClass.Person,
        IdentifierClass.LicencePlate => RegionClass.LicencePlate,
        IdentifierClass.Text => RegionClass.Text,
        IdentifierClass.Screen => RegionClass.Screen,
        _ => null,
    };
}
