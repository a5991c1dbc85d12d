/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#ifndef __x86_64__
#include <ucontext.h>
#endif

#include <cuda_runtime.h>

thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

extern "C" void emulate_switch(void **save, void *to);

namespace
{

enum { THREADS_MAX = 256, STACK_BYTES = 64 * 1024 };

#ifdef __x86_64__
/* What a call must not change goes onto the stack, which is exchanged.
 * swapcontext does the same with a system call for signals, at 20 times the
 * cost: most of the time of a test. */
struct context {
    void *stack;
};

__asm__(".text\n"
        ".type emulate_switch, @function\n"
        "emulate_switch:\n"
        "push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
        "mov %rsp, (%rdi)\n"
        "mov %rsi, %rsp\n"
        "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\n"
        "ret\n"
        ".size emulate_switch, . - emulate_switch\n");

void
context_init(struct context *c, char *stack, void (*run)(void))
{
    void **top = (void **)(stack + STACK_BYTES);

    /* From below: six registers, where to return to, and what aligns. */
    top[-2] = (void *)run;
    c->stack = top - 8;
}

void
context_switch(struct context *from, struct context *to)
{
    emulate_switch(&from->stack, to->stack);
}
#else
struct context {
    ucontext_t u;
};

void
context_init(struct context *c, char *stack, void (*run)(void))
{
    getcontext(&c->u);
    c->u.uc_stack.ss_sp = stack;
    c->u.uc_stack.ss_size = STACK_BYTES;
    c->u.uc_link = NULL;
    makecontext(&c->u, run, 0);
}

void
context_switch(struct context *from, struct context *to)
{
    swapcontext(&from->u, &to->u);
}
#endif

struct fibre {
    struct context context;
    bool ended; /* else it waits at a barrier */
};

/* The fibres of one operating system thread, made once and used for every
 * block. */
struct fibres {
    struct fibre fibre[THREADS_MAX];
    struct context home;
    char *stacks;
    void (*kernel)(const void *);
    const void *arg;
    unsigned now; /* who runs */

    fibres();
    ~fibres();
    fibres(const fibres &) = delete;
    fibres &operator=(const fibres &) = delete;
};

thread_local struct fibres *mine;

void
leave(bool ended)
{
    struct fibres *all = mine;
    struct fibre *f = &all->fibre[all->now];

    f->ended = ended;
    context_switch(&f->context, &all->home);
}

void
fibre_main(void)
{
    for (;;) {
        mine->kernel(mine->arg);
        leave(true);
    }
}

fibres::fibres()
{
    void *p = mmap(NULL, (size_t)THREADS_MAX * STACK_BYTES,
        PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        abort();
    stacks = (char *)p;
    for (size_t i = 0; i < THREADS_MAX; i++)
        context_init(&fibre[i].context, stacks + i * STACK_BYTES, fibre_main);
}

fibres::~fibres()
{
    munmap(stacks, (size_t)THREADS_MAX * STACK_BYTES);
}

/* Every thread of the block to its next barrier, or to its end; all of them
 * there?  True when they ended. */
bool
turn(struct fibres *all, unsigned threads, bool backward)
{
    unsigned ended = 0;

    for (unsigned i = 0; i < threads; i++) {
        unsigned id = backward ? threads - 1 - i : i;

        all->now = id;
        threadIdx = dim3(id % blockDim.x, id / blockDim.x);
        context_switch(&all->home, &all->fibre[id].context);
        ended += all->fibre[id].ended;
    }
    assert(ended == 0 || ended == threads);
    return ended > 0;
}

} // namespace

void
__syncthreads(void)
{
    leave(false);
}

void
emulate_run(
    dim3 grid, dim3 block, void (*kernel)(const void *), const void *arg)
{
    static thread_local struct fibres all;
    unsigned threads = block.x * block.y;
    bool backward = getenv("MEESHY_EMULATE_BACKWARD") != NULL;

    assert(threads <= THREADS_MAX && block.z == 1 && grid.z == 1);
    mine = &all;
    all.kernel = kernel;
    all.arg = arg;
    gridDim = grid;
    blockDim = block;
    for (unsigned y = 0; y < grid.y; y++)
        for (unsigned x = 0; x < grid.x; x++) {
            blockIdx = dim3(x, y);
            while (!turn(&all, threads, backward))
                ;
        }
}
