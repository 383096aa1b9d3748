using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Library;

namespace Keelson.Api.Cel;

/// <summary>What expressions may use: variables, types of objects they may make, groups of functions.</summary>
public sealed class CelEnvironment
{
    private readonly Dictionary<string, DeclaredType> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal) { "" };
    private Func<string, DeclaredType?>? _objects;

    /// <summary>Declares a variable; its name may have dots, as authorizer.requestResource has.</summary>
    public CelEnvironment Variable(string name, DeclaredType type)
    {
        _variables[name] = type;
        return this;
    }

    /// <summary>Declares variables for questions about access.</summary>
    public CelEnvironment Authorizer(bool withRequestResource)
    {
        _groups.Add(CelLibrary.AuthorizerGroup);
        Variable("authorizer", DeclaredType.Of(CelAccess.AuthorizerType));
        return withRequestResource ? Variable("authorizer.requestResource", DeclaredType.Of(CelAccess.ResourceType)) : this;
    }

    /// <summary>Lets expressions make objects of named types.</summary>
    public CelEnvironment Objects(Func<string, DeclaredType?> find)
    {
        _objects = find;
        return this;
    }

    /// <summary>A copy to which more can be added.</summary>
    public CelEnvironment Copy()
    {
        var copy = new CelEnvironment { _objects = _objects };
        foreach (var (name, type) in _variables) copy._variables[name] = type;
        copy._groups.UnionWith(_groups);
        return copy;
    }

    internal DeclaredType? FindVariable(string name) => _variables.GetValueOrDefault(name);

    internal DeclaredType? FindObject(string name) => _objects?.Invoke(name);

    internal bool Has(CelFunction function) => _groups.Contains(function.Group);
}
