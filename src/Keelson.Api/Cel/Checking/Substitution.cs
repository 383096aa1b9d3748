namespace Keelson.Api.Cel.Checking;

/// <summary>What is known of type parameters while an expression is checked.</summary>
internal sealed class Substitution
{
    private Dictionary<string, CelType> _known = new(StringComparer.Ordinal);
    private int _fresh;

    public CelType Fresh() => CelType.Parameter($"_var{_fresh++}");

    /// <summary>A copy of types in which each parameter is a new one.</summary>
    public CelType[] Instantiate(IReadOnlyList<CelType> types)
    {
        var names = new Dictionary<string, CelType>(StringComparer.Ordinal);
        return [.. types.Select(Copy)];

        CelType Copy(CelType type)
        {
            if (type.Kind == CelKind.Parameter)
            {
                if (!names.TryGetValue(type.Name, out var fresh)) names[type.Name] = fresh = Fresh();
                return fresh;
            }

            return type.Parameters.Count == 0 ? type : type.With([.. type.Parameters.Select(Copy)]);
        }
    }

    /// <summary>The type with all that is known; parameters of which nothing is known are dyn when asked for.</summary>
    public CelType Apply(CelType type, bool close = false)
    {
        if (type.Kind == CelKind.Parameter)
        {
            if (_known.TryGetValue(type.Name, out var known)) return Apply(known, close);
            return close ? CelType.Dyn : type;
        }

        return type.Parameters.Count == 0 ? type : type.With([.. type.Parameters.Select(parameter => Apply(parameter, close))]);
    }

    /// <summary>Whether values of one list of types may stand where another is expected; if not, nothing is learned.</summary>
    public bool AreAssignable(IReadOnlyList<CelType> given, IReadOnlyList<CelType> expected)
    {
        if (given.Count != expected.Count) return false;
        var before = new Dictionary<string, CelType>(_known, StringComparer.Ordinal);
        for (var i = 0; i < given.Count; i++)
        {
            if (Unify(given[i], expected[i])) continue;
            _known = before;
            return false;
        }

        return true;
    }

    public bool IsAssignable(CelType given, CelType expected) => AreAssignable([given], [expected]);

    /// <summary>The wider of two types where one takes the values of the other, or null.</summary>
    public CelType? Join(CelType first, CelType second)
    {
        if (IsAssignable(second, first)) return IsWider(second, first) ? second : first;
        return IsAssignable(first, second) ? second : null;
    }

    private bool IsWider(CelType type, CelType than) => Apply(type).Kind == CelKind.Dyn && Apply(than).Kind != CelKind.Dyn;

    private bool Unify(CelType given, CelType expected)
    {
        given = Apply(given);
        expected = Apply(expected);
        if (expected.Kind == CelKind.Parameter) return given.Kind == CelKind.Parameter && given.Name == expected.Name || Learn(expected, given);
        if (given.Kind == CelKind.Parameter) return Learn(given, expected);
        if (given.Kind == CelKind.Dyn || expected.Kind == CelKind.Dyn) return true;
        if (given.Kind == CelKind.Null) return expected.Kind is CelKind.Null or CelKind.Object or CelKind.Opaque or CelKind.Timestamp or CelKind.Duration or CelKind.Optional;
        if (expected.Kind == CelKind.Type && given.Kind == CelKind.Type) return true;
        if (given.Kind != expected.Kind || given.Name != expected.Name || given.Parameters.Count != expected.Parameters.Count) return false;
        for (var i = 0; i < given.Parameters.Count; i++)
        {
            if (!Unify(given.Parameters[i], expected.Parameters[i])) return false;
        }

        return true;
    }

    private bool Learn(CelType parameter, CelType type)
    {
        if (Mentions(type, parameter.Name)) return false;
        _known[parameter.Name] = type;
        return true;
    }

    private bool Mentions(CelType type, string parameter)
    {
        type = Apply(type);
        return type.Kind == CelKind.Parameter ? type.Name == parameter : type.Parameters.Any(inner => Mentions(inner, parameter));
    }
}
