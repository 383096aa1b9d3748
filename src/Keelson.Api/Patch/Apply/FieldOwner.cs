using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>How a manager came to own fields.</summary>
public enum FieldOperation
{
    /// <summary>It said them in a configuration that was applied, and gives them up by no longer saying them.</summary>
    Apply,

    /// <summary>It wrote them in a create, update or patch.</summary>
    Update,
}

/// <summary>Who owns fields. One manager can own in several ways at once.</summary>
/// <param name="Name">The manager's name.</param>
/// <param name="ApiVersion">The version that the fields were written in; empty for <see cref="FieldOperation.Apply"/>, where a later version replaces an earlier one.</param>
/// <param name="Subresource">The subresource that was written to, or empty.</param>
public readonly record struct FieldOwner(string Name, FieldOperation Operation, string ApiVersion, string Subresource)
{
    /// <summary>As messages have it.</summary>
    public override string ToString()
    {
        var name = GoQuote.Quote(Name);
        if (Subresource.Length > 0) name = $"{name} with subresource {GoQuote.Quote(Subresource)}";
        return Operation == FieldOperation.Update ? $"{name} using {ApiVersion}" : name;
    }

    /// <summary>A text that orders owners as upstream does.</summary>
    internal string Identifier
    {
        get
        {
            var map = new MapBuilder().Set("manager", Name).Set("operation", Operation.ToString());
            if (ApiVersion.Length > 0) map.Set("apiVersion", ApiVersion);
            if (Subresource.Length > 0) map.Set("subresource", Subresource);
            return ValueWriter.WriteText(map.Build(), JsonFormat.Compact);
        }
    }
}

/// <summary>What an owner owns.</summary>
/// <param name="ApiVersion">The version whose fields the set names.</param>
/// <param name="Time">When the owner last changed something; whole seconds.</param>
public sealed record OwnedFields(FieldSet Fields, string ApiVersion, DateTimeOffset? Time);
