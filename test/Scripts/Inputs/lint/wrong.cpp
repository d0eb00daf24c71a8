// /work/folder
// TODO: more
auto a = rewriter.create<Op>(loc);
Statistic <int> s;
void f() { throw 1; }
using namespace std;
auto b = rewriter.notifyMatchFailure(op, "");
auto c = op.emitOpError("Expects one");
auto d = op->emitError("expects one.");
void g() { assert(false && "no"); }
// 00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
int	t;
int u; 
auto e = rewriter.create<Op>(loc); // lint: create, the old form is what this line is about
int last;