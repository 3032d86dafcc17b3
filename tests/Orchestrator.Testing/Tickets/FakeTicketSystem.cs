using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Testing.Servers;

namespace Orchestrator.Testing.Tickets;

/// <summary>A ticket system on loopback with one ticket, as strict as the real one in who asks, how, and for what.</summary>
public abstract class FakeTicketSystem : FakeServer
{
    public const string Token = "a token of the ticket system";

    private readonly List<(int Id, string Text)> _comments = [];
    private int _made;

    /// <summary>What settings name as Api:Url.</summary>
    public virtual Uri Api => Address;

    /// <summary>Whom the token is of, as settings name them.</summary>
    public virtual string? User => null;

    /// <summary>Whether the ticket is there.</summary>
    public bool IsThere { get; set; } = true;

    /// <summary>The ticket's state.</summary>
    public string State { get; set; } = "To Do";

    /// <summary>Comments of the ticket, as they were given.</summary>
    public IReadOnlyList<string> Comments
    {
        get
        {
            lock (_comments)
            {
                return [.. _comments.Select(one => one.Text)];
            }
        }
    }

    /// <summary>All comments that were ever made.</summary>
    public int Made
    {
        get
        {
            lock (_comments)
            {
                return _made;
            }
        }
    }

    /// <summary>Somebody writes a comment.</summary>
    public int Say(string text)
    {
        lock (_comments)
        {
            _comments.Add((++_made, text));
            return _made;
        }
    }

    /// <summary>Somebody deletes all of them.</summary>
    public void DeleteAll()
    {
        lock (_comments)
        {
            _comments.Clear();
        }
    }

    private protected override bool Admits(HttpRequest request) => request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Token}"));

    private protected IReadOnlyList<(int Id, string Text)> Slice(int from, int most)
    {
        lock (_comments)
        {
            return [.. _comments.Skip(from).Take(most)];
        }
    }

    private protected bool Change(int id, string text)
    {
        lock (_comments)
        {
            int at = _comments.FindIndex(one => one.Id == id);
            if (at >= 0)
            {
                _comments[at] = (id, text);
            }

            return at >= 0;
        }
    }
}
